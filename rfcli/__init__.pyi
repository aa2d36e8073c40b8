"""The one list of public names: type checkers read it, and `__init__.py` finds in it where each name is at home."""

from rfcli import plot as plot
from rfcli.api.answers import compare as compare
from rfcli.api.answers import diagram as diagram
from rfcli.api.answers import diff as diff
from rfcli.api.answers import erf as erf
from rfcli.api.answers import erf_map as erf_map
from rfcli.api.answers import explained as explained
from rfcli.api.answers import located as located
from rfcli.api.answers import paths as paths
from rfcli.api.answers import verify as verify
from rfcli.api.judging import Checked as Checked
from rfcli.api.judging import check as check
from rfcli.api.networks import compute as compute
from rfcli.api.networks import described as described
from rfcli.api.networks import exported as exported
from rfcli.api.networks import from_code as from_code
from rfcli.api.networks import from_keras as from_keras
from rfcli.api.networks import from_revision as from_revision
from rfcli.api.networks import from_torch as from_torch
from rfcli.api.networks import load as load
from rfcli.api.networks import loads as loads
from rfcli.api.reach import from_nothing as from_nothing
from rfcli.api.reach import sizes as sizes
from rfcli.api.reach import suggestions as suggestions
from rfcli.api.reach import sweep as sweep
from rfcli.api.reach import tiles as tiles
from rfcli.bioimage.judged import Judged as Judged
from rfcli.bioimage.judged import check_bioimage as check_bioimage
from rfcli.description.architecture import Architecture as Architecture
from rfcli.description.limits import Limits as Limits
from rfcli.diagnostics import CallError as CallError
from rfcli.diagnostics import DescriptionError as DescriptionError
from rfcli.diagnostics import Diagnostic as Diagnostic
from rfcli.difference.found import Difference as Difference
from rfcli.engine.locate import Locator as Locator
from rfcli.engine.report import Report as Report
from rfcli.engine.sizing import Taken as Taken
from rfcli.measuring.verify import Verified as Verified
from rfcli.page import report as report
from rfcli.suggest.suggestions import Suggestions as Suggestions
from rfcli.writers.targets import TARGETS as TARGETS

__version__: str
