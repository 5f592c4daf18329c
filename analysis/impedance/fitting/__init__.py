"""The fit of circuits to spectra: least squares, starts, weights and standard errors."""
