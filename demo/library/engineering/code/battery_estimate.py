"""How many days a Plover has left, from its cell voltage and its reporting interval.

The curve was fitted on 62 loggers returned by Nordfrost after two winters. Below -20 °C the
voltage sags by 180 mV although nothing is wrong with the cell; that was the reason for the
false low-battery warnings of last January.
"""

CAPACITY_MAH = 2400
SLEEP_MICROAMPS = 43
RADIO_MAH_PER_REPORT = 0.0109
COLD_SAG_VOLTS = 0.18
COLD_BELOW_CELSIUS = -20.0


def days_left(voltage: float, interval_minutes: int, celsius: float) -> int:
    """Whole days until the logger stops reporting; 0 when the cell is empty."""
    if interval_minutes <= 0:
        raise ValueError("the reporting interval must be positive")
    if celsius < COLD_BELOW_CELSIUS:
        voltage += COLD_SAG_VOLTS
    fraction = min(max((voltage - 2.95) / (3.62 - 2.95), 0.0), 1.0)
    per_day = SLEEP_MICROAMPS * 24 / 1000 + RADIO_MAH_PER_REPORT * 24 * 60 / interval_minutes
    return int(fraction * CAPACITY_MAH / per_day)
