from django.urls import path

from . import by_hand, outbox, policy, verdicts, wishes, wording

urlpatterns = [
    path("outreach/", outbox.outbox, name="outbox"),
    path("outreach/messages/<int:message_id>", outbox.message, name="message"),
    path("outreach/messages/<int:message_id>/act", outbox.act, name="message-act"),
    path("outreach/by-hand", by_hand.waiting, name="by-hand"),
    path("outreach/by-hand/letters.pdf", by_hand.letters, name="by-hand-letters"),
    path("outreach/by-hand/<int:message_id>/done", by_hand.done, name="by-hand-done"),
    path("outreach/templates", wording.templates, name="templates"),
    path("outreach/templates/new", wording.new, name="template-new"),
    path("outreach/templates/preview", wording.preview, name="template-preview"),
    path(
        "outreach/templates/<slug:code>/<slug:channel>/<slug:language>",
        wording.template,
        name="template",
    ),
    path("outreach/templates/<int:template_id>/approve", wording.approve, name="template-approve"),
    path("settings/contact-policy", policy.policy, name="contact-policy"),
    path("settings/contact-policy/sender", policy.sender, name="message-sender"),
    path("outreach/messages/<int:message_id>/visit.ics", by_hand.visit, name="message-visit"),
    path("settings/contact-policy/effect", policy.effect, name="contact-policy-effect"),
    path("customers/<int:customer_id>/wishes", wishes.wishes, name="customer-wishes"),
    path(
        "customers/<int:customer_id>/may-contact", verdicts.may_contact, name="customer-may-contact"
    ),
]
