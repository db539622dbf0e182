"""Excursions and mean kinetic temperature, as printed on the cold-chain report.

The activation energy is the customary 83.144 kJ/mol of pharmacopoeia practice; customers with
their own stability data may override it per product.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp, log

GAS_CONSTANT = 8.314e-3  # kJ/(mol K)
ACTIVATION_ENERGY = 83.144  # kJ/mol
# A door that stays open while a pallet goes through is no excursion.
GRACE = timedelta(minutes=12)


@dataclass(frozen=True)
class Reading:
    at: datetime
    celsius: float


@dataclass(frozen=True)
class Excursion:
    start: datetime
    end: datetime
    peak_celsius: float


def mean_kinetic_temperature(readings: list[Reading], activation_energy: float = ACTIVATION_ENERGY) -> float:
    """Mean kinetic temperature in °C; needs at least one reading, equally spaced."""
    if not readings:
        raise ValueError("no readings: a report without data is not a report")
    ratio = activation_energy / GAS_CONSTANT
    mean = sum(exp(-ratio / (r.celsius + 273.15)) for r in readings) / len(readings)
    return ratio / -log(mean) - 273.15


def excursions(readings: list[Reading], low: float, high: float, grace: timedelta = GRACE) -> list[Excursion]:
    """Stretches outside [low, high] that last longer than `grace`, in order of time."""
    found: list[Excursion] = []
    run: list[Reading] = []
    for reading in [*readings, None]:
        if reading is not None and not low <= reading.celsius <= high:
            run.append(reading)
            continue
        if run and run[-1].at - run[0].at > grace:
            peak = max(run, key=lambda r: max(r.celsius - high, low - r.celsius))
            found.append(Excursion(run[0].at, run[-1].at, peak.celsius))
        run = []
    return found
