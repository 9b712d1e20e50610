"""What is copied out of the database, as SQL for DuckDB: one text a fact table.

`{day:…}` style words are filled by extract.py: the company's local day of a moment column, and
the as-of day. Nothing after the as-of day is read, so that a past day can be measured again.
"""

import re
from collections.abc import Mapping, Sequence

# The orders of customers with their local day, and their lines: each is read once, asked twice.
PLACED = """
CREATE TEMP TABLE placed AS
  SELECT id AS order_id, customer_id, ({ordered_day})::date AS day, due_on::date AS due,
         paid_on::date AS paid, amount
  FROM source.orders_order
  WHERE customer_id IS NOT NULL
"""
LINES = """
CREATE TEMP TABLE lines AS
  SELECT placed.customer_id, placed.day, order_id, line.product_id, line.kind = 'sale' AS is_sale,
         line.kind = 'return' AS is_return, line.amount, line.quantity_e3, line.discount, line.cost
  FROM source.orders_orderline AS line JOIN placed USING (order_id)
  WHERE placed.day <= DATE '{as_of}'
"""
# Orders with something sold, where a customer placed several on a day: to tell orders apart takes
# as long as all the sums of CUSTOMER_DAYS, and few days have more than one.
SEVERAL = """
CREATE TEMP TABLE several AS
  SELECT customer_id, day, count(DISTINCT order_id) AS orders
  FROM lines
  SEMI JOIN (SELECT customer_id, day FROM placed GROUP BY ALL HAVING count(*) > 1)
    USING (customer_id, day)
  WHERE is_sale
  GROUP BY ALL
"""
PREPARED = (LINES, SEVERAL)  # of PLACED, which no as-of day changes

# One row a customer and day: what was sold (sales), brought back (returned) and put right
# (adjusted), in minor units; `cost` of the lines that have one, `uncosted` lines that have none.
CUSTOMER_DAYS = """
COPY (
  SELECT days.customer_id, days.day, coalesce(several.orders, days.sold) AS orders, sales, returned,
         net, quantity_e3, discount, cost, uncosted
  FROM (
    SELECT customer_id, day, bool_or(is_sale)::BIGINT AS sold,
           coalesce(sum(amount) FILTER (is_sale), 0)::BIGINT AS sales,
           -coalesce(sum(amount) FILTER (is_return), 0)::BIGINT AS returned,
           sum(amount)::BIGINT AS net,
           coalesce(sum(quantity_e3) FILTER (is_sale), 0)::BIGINT AS quantity_e3,
           coalesce(sum(discount) FILTER (is_sale), 0)::BIGINT AS discount,
           coalesce(sum(cost), 0)::BIGINT AS cost, count(*) FILTER (cost IS NULL) AS uncosted
    FROM lines
    GROUP BY customer_id, day
  ) AS days
  LEFT JOIN several ON several.customer_id = days.customer_id AND several.day = days.day
) TO '{out}' (FORMAT parquet)
"""

CUSTOMERS = """
COPY (
  SELECT id AS customer_id, team_id, owner_id, type, ({created_day})::date AS created
  FROM source.customers_customer
  WHERE merged_into_id IS NULL
) TO '{out}' (FORMAT parquet)
"""

# What segments ask of the customer itself; empty texts are unknown. Own fields stay JSON text.
FIELDS = """
COPY (
  SELECT id AS customer_id, type, nullif(city, '') AS city, nullif(industry, '') AS industry,
         nullif(source, '') AS source, owner_id::VARCHAR AS owner, team_id::VARCHAR AS team,
         ({created_day})::date AS created, custom::VARCHAR AS custom
  FROM source.customers_customer
  WHERE merged_into_id IS NULL
) TO '{out}' (FORMAT parquet)
"""

# The newest word of a customer for each purpose and channel (empty: every channel); `place`
# orders them, the newest last.
CONSENTS = """
COPY (
  WITH told AS (
    SELECT customer_id, purpose, channel, granted::BOOLEAN AS granted,
           row_number() OVER (PARTITION BY customer_id ORDER BY "at", id) AS place
    FROM source.customers_consent
    WHERE ({consent_day})::date <= DATE '{as_of}'
  )
  SELECT * FROM told
  QUALIFY row_number() OVER (PARTITION BY customer_id, purpose, channel ORDER BY place DESC) = 1
) TO '{out}' (FORMAT parquet)
"""

# Cost of a contact: as recorded, else the channel's unit cost and minutes at its rate.
CONTACT_DAYS = """
COPY (
  SELECT contact.customer_id, ({contact_day})::date AS day, count(*) AS contacts,
         count(*) FILTER (contact.direction = 'out') AS outbound,
         count(*) FILTER (contact.purpose = 'sale') AS selling,
         sum(coalesce(
           contact.cost,
           channel.unit_cost + round(coalesce(contact.minutes::DOUBLE, 0) * channel.minute_cost)
         ))::BIGINT AS cost
  FROM source.touchpoints_contact AS contact
  JOIN source.touchpoints_channel AS channel ON channel.id = contact.channel_id
  WHERE ({contact_day})::date <= DATE '{as_of}'
  GROUP BY ALL
) TO '{out}' (FORMAT parquet)
"""

# What a customer cost beside contacts: gifts, compensations, deliveries.
COST_DAYS = """
COPY (
  SELECT customer_id, day::date AS day, sum(amount)::BIGINT AS cost
  FROM source.costs_carecost
  WHERE day::date <= DATE '{as_of}'
  GROUP BY ALL
) TO '{out}' (FORMAT parquet)
"""

# A merge may have made the two ends of a recommendation one customer: that is none.
REFERRALS = """
COPY (
  SELECT id AS referral_id, customer_id, recommended_id, day::date AS day
  FROM source.referrals_referral
  WHERE day::date <= DATE '{as_of}' AND customer_id IS DISTINCT FROM recommended_id
) TO '{out}' (FORMAT parquet)
"""

# Orders on credit or cash with a due date; a payment after the as-of day is not known yet.
PAYMENTS = """
COPY (
  SELECT customer_id, due, CASE WHEN paid <= DATE '{as_of}' THEN paid END AS paid, amount
  FROM placed
  WHERE due IS NOT NULL AND amount > 0 AND day <= DATE '{as_of}'
) TO '{out}' (FORMAT parquet)
"""

ANSWERS = """
COPY (
  SELECT customer_id, ({answer_day})::date AS day, question, dimension,
         expected::DOUBLE AS expected, perceived::DOUBLE AS perceived, score::DOUBLE AS score,
         left(text, 200) AS text, id AS answer_id
  FROM source.surveys_answer
  WHERE ({answer_day})::date <= DATE '{as_of}'
) TO '{out}' (FORMAT parquet)
"""

# The outcome as it was known on the day: what was resolved later was open still.
COMPLAINTS = """
COPY (
  SELECT customer_id, ({received_day})::date AS day,
         CASE WHEN ({resolved_day})::date <= DATE '{as_of}' THEN ({resolved_day})::date END
           AS resolved,
         CASE WHEN ({resolved_day})::date > DATE '{as_of}' THEN 'open' ELSE outcome END
           AS outcome,
         severity
  FROM source.complaints_complaint
  WHERE ({received_day})::date <= DATE '{as_of}'
) TO '{out}' (FORMAT parquet)
"""

POINTS = """
COPY (
  SELECT customer_id, ({points_day})::date AS day, kind, points::BIGINT AS points
  FROM source.points_pointsentry
  WHERE ({points_day})::date <= DATE '{as_of}'
) TO '{out}' (FORMAT parquet)
"""

# The newest rating of each kind, no older than the as-of day.
RATINGS = """
COPY (
  SELECT customer_id, kind, score::BIGINT AS score
  FROM source.customers_rating
  WHERE ({rated_day})::date <= DATE '{as_of}'
  QUALIFY row_number() OVER (PARTITION BY customer_id, kind ORDER BY rated_at DESC, id DESC) = 1
) TO '{out}' (FORMAT parquet)
"""

# How much each may owe: of the limits that hold on the day, the one from the latest day.
CREDIT_LIMITS = """
COPY (
  SELECT customer_id, amount::BIGINT AS amount
  FROM source.customers_creditlimit
  WHERE since::date <= DATE '{as_of}'
  QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY since DESC, id DESC) = 1
) TO '{out}' (FORMAT parquet)
"""

# A bond of which nobody told the first day is known from the day it was recorded on.
BONDS = """
COPY (
  SELECT customer_id, kind, ends_on::date AS ends
  FROM source.customers_bond
  WHERE (ends_on IS NULL OR ends_on::date >= DATE '{as_of}')
    AND coalesce(starts_on::date, ({bond_day})::date) <= DATE '{as_of}'
) TO '{out}' (FORMAT parquet)
"""

# What each customer bought, first and last; returns do not count. By customer: one of them asks.
CUSTOMER_PRODUCTS = """
COPY (
  SELECT customer_id, product_id, min(day) AS first, max(day) AS day
  FROM lines
  WHERE is_sale AND amount > 0 AND product_id IS NOT NULL
  GROUP BY customer_id, product_id
  ORDER BY customer_id
) TO '{out}' (FORMAT parquet)
"""

# Sales of the half year before the last one in categories that were not bought in the last.
GIVEN_UP = """
COPY (
  SELECT customer_id, sum(before)::BIGINT AS given_up
  FROM (
    SELECT customer_id, product.category,
           coalesce(sum(amount) FILTER (day <= DATE '{as_of}' - 180), 0) AS before,
           count(*) FILTER (day > DATE '{as_of}' - 180 AND is_sale) AS bought
    FROM lines
    JOIN (
      SELECT id, dense_rank() OVER (ORDER BY category) AS category
      FROM source.orders_product WHERE category <> ''
    ) AS product
      ON product.id = lines.product_id
    WHERE day > DATE '{as_of}' - 360
    GROUP BY customer_id, product.category
  )
  WHERE bought = 0 AND before > 0
  GROUP BY customer_id
) TO '{out}' (FORMAT parquet)
"""

# What must not be suggested to whom: the number of a product, a category, or a word in its name.
EXCLUSIONS = """
COPY (
  SELECT customer_id, kind, lower(value) AS value FROM source.customers_productexclusion
  WHERE ({excluded_day})::date <= DATE '{as_of}'
) TO '{out}' (FORMAT parquet)
"""

PRODUCTS = """
COPY (
  SELECT id AS product_id, number, name, category FROM source.orders_product
) TO '{out}' (FORMAT parquet)
"""

# Words of a topic that customers or staff used (rules.TOPICS). Only the word found goes to the
# lake, with the row it stands in: what people wrote stays in the database.
MENTIONS = """
COPY (
  WITH said AS (
    SELECT customer_id, ({answer_day})::date AS day, 'answers' AS place, id AS row_id, question,
           lower(text) AS text
    FROM source.surveys_answer
    WHERE text <> ''
    UNION ALL
    SELECT contact.customer_id, ({contact_day})::date, 'contacts', contact.id, '',
           lower(contact.note)
    FROM source.touchpoints_contact AS contact
    WHERE contact.note <> ''
  ),
  {mentions}
) TO '{out}' (FORMAT parquet)
"""
MENTION_DAYS = 1_150  # the oldest cut that a model learns from, and half a year before it
PRAISE = "why_us"  # "cheaper than elsewhere" is no threat there


def mentions(topics: Mapping[str, Sequence[str]], as_of: str) -> str:
    """What follows `said`: one row a text and topic, with the first word found.

    Few texts name anything: they are looked for once, with the words of all topics.
    """
    patterns = {topic: _pattern(words) for topic, words in topics.items() if words}
    anything = "|".join(patterns.values())
    telling = (
        f"telling AS (SELECT * FROM said WHERE question <> '{PRAISE}'"  # noqa: S608
        f" AND date_diff('day', day, DATE '{as_of}') BETWEEN 0 AND {MENTION_DAYS - 1}"
        f" AND regexp_matches(text, '{anything}'))"
    )
    nothing = f"{_MENTION} '' AS topic, '' AS word FROM said WHERE FALSE"
    parts = [_mention(topic, pattern) for topic, pattern in patterns.items()]
    return f"{telling} {' UNION ALL '.join(parts) or nothing}"


_MENTION = "SELECT customer_id, day, place, row_id, question,"


def _pattern(words: Sequence[str]) -> str:
    return "|".join(re.escape(word.lower()) for word in words).replace("'", "''")


def _mention(topic: str, pattern: str) -> str:
    name = topic.replace("'", "''")
    return (
        f"{_MENTION} '{name}' AS topic, regexp_extract(text, '{pattern}') AS word"
        f" FROM telling WHERE regexp_matches(text, '{pattern}')"
    )


TABLES = {
    "customer_days": CUSTOMER_DAYS,
    "payments": PAYMENTS,
    "customer_products": CUSTOMER_PRODUCTS,
    "customers": CUSTOMERS,
    "fields": FIELDS,
    "consents": CONSENTS,
    "contact_days": CONTACT_DAYS,
    "cost_days": COST_DAYS,
    "referrals": REFERRALS,
    "answers": ANSWERS,
    "complaints": COMPLAINTS,
    "points": POINTS,
    "ratings": RATINGS,
    "credit_limits": CREDIT_LIMITS,
    "bonds": BONDS,
    "given_up": GIVEN_UP,
    "products": PRODUCTS,
    "exclusions": EXCLUSIONS,
    "mentions": MENTIONS,
}
FROM_ORDERS = ("customer_days", "payments", "customer_products", "given_up")
# What measures are made of: the columns of those tables that the wide pass reads.
COLUMNS = {
    "customers": {
        "customer_id": "int64", "team_id": "int64", "owner_id": "int64", "type": "string",
        "created": "date",
    },
    "customer_days": {
        "customer_id": "int64", "day": "date", "orders": "int64", "sales": "int64",
        "returned": "int64", "net": "int64", "quantity_e3": "int64", "discount": "int64",
        "cost": "int64", "uncosted": "int64",
    },
    "contact_days": {
        "customer_id": "int64", "day": "date", "contacts": "int64", "outbound": "int64",
        "selling": "int64", "cost": "int64",
    },
    "given_up": {"customer_id": "int64", "given_up": "int64"},
    "cost_days": {"customer_id": "int64", "day": "date", "cost": "int64"},
    "referrals": {
        "referral_id": "int64", "customer_id": "int64", "recommended_id": "int64", "day": "date",
    },
    "payments": {"customer_id": "int64", "due": "date", "paid": "date", "amount": "int64"},
    "answers": {
        "customer_id": "int64", "day": "date", "question": "string", "dimension": "string",
        "expected": "float64", "perceived": "float64", "score": "float64", "text": "string",
        "answer_id": "int64",
    },
    "complaints": {
        "customer_id": "int64", "day": "date", "resolved": "date", "outcome": "string",
        "severity": "string",
    },
    "points": {"customer_id": "int64", "day": "date", "kind": "string", "points": "int64"},
    "ratings": {"customer_id": "int64", "kind": "string", "score": "int64"},
    "credit_limits": {"customer_id": "int64", "amount": "int64"},
    "bonds": {"customer_id": "int64", "kind": "string", "ends": "date"},
}  # fmt: skip
# word in the texts → moment column whose local day it is
MOMENTS = {
    "ordered_day": "ordered_at",
    "created_day": "created_at",
    "consent_day": '"at"',
    "contact_day": 'contact."at"',
    "answer_day": '"at"',
    "received_day": "received_at",
    "resolved_day": "resolved_at",
    "points_day": '"at"',
    "rated_day": "rated_at",
    "excluded_day": "recorded_at",
    "bond_day": "recorded_at",
}
