from core.jobs import JOB_KINDS
from core.periodic import PERIODIC

JOB_KINDS.add(*PERIODIC)
