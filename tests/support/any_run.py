"""Runs that Hypothesis thinks up: any finite numbers, any words, any order of segments."""

from hypothesis import strategies as st
from support.written_runs import Step

NUMBER = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e100, max_value=1e100)
WORD = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=12
)
KELVIN = st.none() | st.floats(min_value=137.0, max_value=546.0)
PASCAL = st.none() | st.floats(min_value=0.0, max_value=1e9)
BESIDE = st.tuples(st.sampled_from(["oven", "gas β"]), NUMBER, st.sampled_from(["K", "Pa"]))


@st.composite
def any_steps(draw):
    """Segments one after the other, in which time never runs back."""
    now_s, steps = 0.0, []
    for _ in range(draw(st.integers(0, 4))):
        began_s = now_s
        is_sweep = draw(st.booleans())
        rows = []
        for _ in range(draw(st.integers(0, 6))):
            now_s += draw(st.floats(min_value=0.0, max_value=1e4))
            if is_sweep:
                hertz = draw(st.floats(min_value=1e-4, max_value=1e8))
                around = (draw(KELVIN), draw(PASCAL))
                rows.append((now_s, hertz, draw(NUMBER), draw(NUMBER), *around))
            else:
                rows.append((now_s, draw(NUMBER), draw(NUMBER), draw(KELVIN), draw(PASCAL)))
        steps.append(
            Step(
                rows=tuple(rows),
                kind="ImpedanceSweep" if is_sweep else draw(WORD),
                name=draw(WORD),
                tags=((draw(WORD), draw(WORD)),),
                flags=draw(st.integers(0, 31)),
                began_s=began_s,
                beside=tuple(draw(st.lists(BESIDE, max_size=2))),
            )
        )
    return steps
