"""Money is whole minor units (分) with a currency code; unit prices carry four decimals."""

from decimal import ROUND_HALF_UP, Decimal

PRICE_SCALE = 10_000  # unit prices: 1/10000 of a currency unit
MINOR_PER_UNIT = 100
QUANTITY_SCALE = 1_000
SYMBOLS = {"CNY": "¥", "GBP": "£", "USD": "$", "EUR": "€"}
WAN, YI = 10_000, 100_000_000
SMALL = 1_000  # below it a rounded amount would tell too little


def line_amount(*, quantity_e3: int, unit_price_e4: int, discount: int = 0) -> int:
    """Minor units of quantity × unit price − discount, rounded half away from zero.

    >>> line_amount(quantity_e3=3_000, unit_price_e4=25_500)
    765
    """
    exact = Decimal(quantity_e3) * unit_price_e4 / (QUANTITY_SCALE * PRICE_SCALE // MINOR_PER_UNIT)
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)) - discount


def full(minor: int, currency: str = "CNY") -> str:
    """Exact to the minor unit: ¥1,234.00."""
    sign = "−" if minor < 0 else ""
    whole, rest = divmod(abs(minor), MINOR_PER_UNIT)
    return f"{sign}{symbol(currency)}{whole:,}.{rest:02d}"


def short(minor: int, currency: str = "CNY", language: str = "zh-hans") -> str:
    """For tight places: ¥8,640 · ¥26.4 万 · ¥1.20 亿; in English ¥264K · ¥120M; ¥0.05 stays."""
    if abs(minor) < SMALL and minor % MINOR_PER_UNIT:
        return full(minor, currency)
    units = abs(minor) / MINOR_PER_UNIT
    sign = "−" if round(units) and minor < 0 else ""
    return f"{sign}{symbol(currency)}{_scaled(units, language.startswith('zh'))}"


def unit_price(e4: int, currency: str = "CNY") -> str:
    """¥35.10; the third and fourth decimal only where they are.

    >>> unit_price(12_345)
    '¥1.2345'
    """
    digits = 2 if e4 % 100 == 0 else 4
    return f"{'−' if e4 < 0 else ''}{symbol(currency)}{Decimal(abs(e4)) / PRICE_SCALE:,.{digits}f}"


def symbol(currency: str) -> str:
    return SYMBOLS.get(currency, currency + " ")


def _scaled(units: float, chinese: bool) -> str:
    if chinese:
        if units >= YI:
            return f"{units / YI:,.2f} 亿"
        return f"{units / WAN:,.1f} 万" if units >= 10 * WAN else f"{units:,.0f}"
    if units >= 1_000_000:
        return f"{units / 1_000_000:,.1f}M"
    return f"{units / 1_000:,.0f}K" if units >= 100_000 else f"{units:,.0f}"
