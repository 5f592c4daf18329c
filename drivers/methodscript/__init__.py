"""PalmSens potentiostats that speak MethodSCRIPT: EmStat4 and Nexus, and what refuses the rest."""
