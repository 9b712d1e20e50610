from django.urls import path

from . import advisor, knowledge, promises, replies

urlpatterns = [
    path("promises/", promises.listing, name="promises"),
    path("promises/<int:promise_id>/keep", promises.keep, name="promise-keep"),
    path("promises/<int:promise_id>/break", promises.broken, name="promise-break"),
    path("promises/<int:promise_id>/reopen", promises.reopen, name="promise-reopen"),
    path("customers/<int:customer_id>/promises/new", promises.new, name="promise-new"),
    path("reports/promises/", promises.report, name="report-promises"),
    path("replies/", replies.listing, name="replies"),
    path("replies/<slug:source>/<int:reference>", replies.no_reply, name="reply-none"),
    path("reports/replies/", replies.report, name="report-replies"),
    path("settings/replies", replies.targets, name="reply-targets"),
    path("settings/replies/<int:target_id>/remove", replies.remove, name="reply-target-remove"),
    path("knowledge/", knowledge.search, name="knowledge"),
    path("settings/approved", knowledge.approved, name="approved"),
    path("settings/approved/items/<slug:code>", knowledge.item, name="approved-item"),
    path("settings/approved/answers/<int:snippet_id>", knowledge.snippet, name="approved-answer"),
    path("advisor/", advisor.advise, name="advisor"),
    path("settings/advisor", advisor.weights, name="advisor-weights"),
]
