from django.urls import path

from . import bulk, contact_data, exclusions, form_pages, list_page, one, records, relations

urlpatterns = [
    path("customers/", list_page.customers, name="customers"),
    path("customers/new", form_pages.create, name="customer-new"),
    path("customers/assign", bulk.assign, name="customers-assign"),
    path("customers/assign/<int:undo>/undo", bulk.undo_assign, name="customers-assign-undo"),
    path("customers/export", bulk.export, name="customers-export"),
    path("customers/views", list_page.save_view, name="customers-view-save"),
    path("customers/views/<int:view_id>/remove", list_page.remove_view, name="customers-view-gone"),
    path("customers/<int:customer_id>", one.customer, name="customer"),
    path("customers/<int:customer_id>/timeline", one.timeline, name="customer-timeline"),
    path("customers/<int:customer_id>/measures", one.measures, name="customer-measures"),
    path("customers/<int:customer_id>/edit", form_pages.edit, name="customer-edit"),
    path("customers/<int:customer_id>/contacts/new", records.contact, name="contact-new"),
    path("customers/<int:customer_id>/orders/new", records.order, name="order-new"),
    path("customers/<int:customer_id>/merge", relations.merge, name="customer-merge"),
    path("customers/<int:customer_id>/unmerge", relations.unmerge, name="customer-unmerge"),
    path("customers/<int:customer_id>/people/new", relations.person, name="person-new"),
    path("customers/<int:customer_id>/consent", relations.consent, name="consent-new"),
    path("customers/<int:customer_id>/identities/new", contact_data.add, name="identity-new"),
    path("identities/<int:identity_id>/reveal", contact_data.reveal, name="identity-reveal"),
    path("identities/<int:identity_id>/remove", contact_data.remove, name="identity-remove"),
    path("identities/<int:identity_id>/primary", contact_data.primary, name="identity-primary"),
    path("customers/<int:customer_id>/exclusions/new", exclusions.exclude, name="exclusion-new"),
    path("exclusions/<int:exclusion_id>/lift", exclusions.lift, name="exclusion-lift"),
    path("people/<int:person_id>/remove", relations.remove_person, name="person-remove"),
    path("contacts/", records.contacts, name="contacts"),
    path("contacts/<int:contact_id>/undo", records.undo_contact, name="contact-undo"),
    path("orders/<path:number>", records.show_order, name="order"),
]
