"""The one list of public names: type checkers read it, and `__init__.py` finds in it where each name is at home."""

from rfcli import plot as plot
from rfcli.api import Checked as Checked
from rfcli.api import check as check
from rfcli.api import compare as compare
from rfcli.api import compute as compute
from rfcli.api import described as described
from rfcli.api import diagram as diagram
from rfcli.api import diff as diff
from rfcli.api import erf as erf
from rfcli.api import erf_map as erf_map
from rfcli.api import explained as explained
from rfcli.api import exported as exported
from rfcli.api import from_code as from_code
from rfcli.api import from_keras as from_keras
from rfcli.api import from_nothing as from_nothing
from rfcli.api import from_revision as from_revision
from rfcli.api import from_torch as from_torch
from rfcli.api import load as load
from rfcli.api import loads as loads
from rfcli.api import located as located
from rfcli.api import paths as paths
from rfcli.api import sizes as sizes
from rfcli.api import suggestions as suggestions
from rfcli.api import sweep as sweep
from rfcli.api import tiles as tiles
from rfcli.api import verify as verify
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
