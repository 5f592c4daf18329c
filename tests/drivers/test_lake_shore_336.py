"""A Lake Shore 336 by its manual's commands; the contract has the rest of what it must do."""

import pytest
from solidcell.drivers.lake_shore_336 import LakeShore336
from support.transcript import conversation

pytestmark = pytest.mark.proves("lake_shore_336", transcript="336 manual, by other drivers")
MET = "> *IDN?\n< LSCI,MODEL336,LSA2CMQ/LSA2C8R,2.9\n"
HEATED = "> RAMP 1,0,1\n> SETP 1,333.15\n> SETP? 1\n< +333.150\n> RANGE 1,2\n> RANGE? 1\n< 2\n"


def test_it_is_met_set_and_made_safe_as_the_manual_says():
    met = f"{MET}> OUTMODE? 1\n< 1,1,0\n> INTYPE? A\n< 2,1,0,1,1\n> RANGE? 1\n< 0\n{MET}"
    with conversation(f"{met}{HEATED}> RANGE 1,0\n> RANGE? 1\n< 0") as link:
        oven = LakeShore336(link, heater=2)
        oven.connect()
        oven.set_temperature(333.15)
        oven.make_safe()
