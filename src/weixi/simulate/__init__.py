"""A made-up company whose truth is known.

「禾木生活」 is a fictional Chinese retailer of household goods and food. It sells to consumers,
to business customers on credit (hotels, kindergartens, offices…) and to a few units of its own.
`simulate` plays its years: people come, buy at their own pace and with the seasons (Spring
Festival, 6·18, Mid-Autumn, 11·11), are served well or badly, complain or stay silent, come back
or leave: through our fault, for their own reasons, or to a competitor. It writes the files an
outside source would give (customers, orders, contacts, complaints, answers, points, costs,
recommendations) and, beside them, `truth.json`: every parameter and every customer's real state,
against which measures, models and warnings can be tested. The same arguments give the same bytes.
"""

from weixi.simulate.company import simulate
from weixi.simulate.files import Report

__all__ = ["Report", "simulate"]
