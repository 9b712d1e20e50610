"""Who is lost, and why as far as the facts tell: the lake's table `losses` of a day (P4)."""

from weixi.core.runs import RunContext, write_table

from .derived import asked_with
from .rules import Cause, LossKind

ENDED = ("lifecycle", "ended")
EXIT_QUESTION = "why_left"  # what an exit interview answers
# Where the first that is known counts: what the customer said on leaving, what was said at all,
# a complaint about the last purchases, a bill that was never paid.
LOSSES = f"""
WITH gone AS MATERIALIZED (
  SELECT customer_id, last_purchase, revenue, overdue_days
  FROM base JOIN cells USING (customer_id)
  WHERE cells.{ENDED[0]} = '{ENDED[1]}'
), exits AS (
  SELECT customer_id, max(answer_id) AS answer_id
  FROM answers WHERE question = '{EXIT_QUESTION}' GROUP BY customer_id
), exit_said AS (
  SELECT customer_id, topic, word, day
  FROM mentions WHERE question = '{EXIT_QUESTION}'
  QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY day DESC, row_id DESC, topic) = 1
), said AS (
  SELECT mentions.customer_id, topic, word, place, day
  FROM mentions JOIN gone USING (customer_id)
  WHERE question <> '{EXIT_QUESTION}' AND day >= gone.last_purchase - 120
  QUALIFY row_number() OVER (
    PARTITION BY mentions.customer_id ORDER BY day DESC, place, row_id DESC, topic) = 1
), unhappy AS (
  SELECT complaints.customer_id, max(day) AS day
  FROM complaints JOIN gone USING (customer_id)
  WHERE day BETWEEN gone.last_purchase - 120 AND gone.last_purchase + 180
  GROUP BY complaints.customer_id
), tried AS (
  SELECT contact_days.customer_id, sum(outbound)::INTEGER AS contacts
  FROM contact_days JOIN gone USING (customer_id)
  WHERE day > gone.last_purchase
  GROUP BY contact_days.customer_id
), judged AS (
  SELECT gone.customer_id, gone.last_purchase, gone.revenue,
         CASE WHEN exit_said.topic IS NOT NULL THEN 'exit'
              WHEN said.topic IS NOT NULL THEN 'said'
              WHEN unhappy.day IS NOT NULL THEN 'complaint'
              WHEN gone.overdue_days >= 90 THEN 'unpaid'
         END AS proof,
         coalesce(exit_said.topic, said.topic) AS topic,
         coalesce(exit_said.word, said.word) AS word,
         coalesce(exit_said.day, said.day) AS said_on,
         unhappy.day AS complained_on, exits.answer_id, coalesce(tried.contacts, 0) AS contacts
  FROM gone
  LEFT JOIN exits USING (customer_id)
  LEFT JOIN exit_said USING (customer_id)
  LEFT JOIN said USING (customer_id)
  LEFT JOIN unhappy USING (customer_id)
  LEFT JOIN tried USING (customer_id)
)
SELECT customer_id, last_purchase AS last_bought_on, revenue AS value, answer_id, contacts,
       CASE WHEN proof IN ('exit', 'said') THEN
              CASE topic WHEN 'competitor' THEN '{Cause.COMPETITION}'
                         WHEN 'own_change' THEN '{Cause.CUSTOMER}'
                         WHEN 'disappointed' THEN '{Cause.OURS}'
                         ELSE '{Cause.UNKNOWN}' END
            WHEN proof = 'complaint' THEN '{Cause.OURS}'
            WHEN proof = 'unpaid' THEN '{Cause.CUSTOMER}'
            ELSE '{Cause.UNKNOWN}'
       END AS cause,
       CASE WHEN proof = 'unpaid' OR (proof IN ('exit', 'said') AND topic = 'own_change')
              THEN '{LossKind.PASSIVE}'
            WHEN proof IS NOT NULL THEN '{LossKind.ACTIVE}'
            ELSE '{LossKind.UNKNOWN}'
       END AS kind,
       to_json(CASE WHEN proof IN ('exit', 'said')
                 THEN [json_object('kind', proof, 'word', word, 'on', said_on)]
               WHEN proof = 'complaint'
                 THEN [json_object('kind', proof, 'on', complained_on)]
               WHEN proof = 'unpaid' THEN [json_object('kind', proof)]
               ELSE [] END) AS evidence
FROM judged
ORDER BY customer_id
"""  # noqa: S608


def write_losses(run: RunContext) -> None:
    """Everybody whose lifecycle has ended on the day, with the cause the facts tell."""
    with asked_with(run.as_of, [ENDED[0]]) as con:
        write_table(con.execute(LOSSES).to_arrow_table(), run.file("losses"))
