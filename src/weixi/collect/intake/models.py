from django.db import models


class ImportBatch(models.Model):
    """One file (or several of one kind) taken in, with what became of its rows.

    The counters and `cursor` are written in the same transaction as the rows they count, so a
    killed import has lost and doubled nothing.
    """

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        STOPPED = "stopped"  # killed or cancelled midway; what is in stays, the rest can follow
        UNDONE = "undone"

    kind = models.CharField(max_length=12)  # customers, orders, contacts, …
    file_name = models.CharField(max_length=255)
    file_hash = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict)  # field → column
    preset = models.CharField(max_length=40, blank=True)
    update_by = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=80)
    worker = models.CharField(max_length=120, blank=True)  # host:process that runs it
    rows = models.IntegerField(default=0)
    created = models.IntegerField(default=0)
    updated = models.IntegerField(default=0)
    unchanged = models.IntegerField(default=0)
    rejected = models.IntegerField(default=0)
    anonymous = models.IntegerField(default=0)
    cursor = models.BigIntegerField(default=0)  # rows of the file done
    total = models.BigIntegerField(null=True)
    cancel_requested = models.BooleanField(default=False)
    undone_at = models.DateTimeField(null=True)
    kept_at_undo = models.JSONField(default=list)  # rows edited since, left as they were

    class Meta:
        app_label = "intake"
        indexes = [models.Index(fields=["-started_at"], name="import_newest")]


class ImportedBefore(models.Model):
    """How a row looked before an import changed it; undo writes it back."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="before")
    table = models.CharField(max_length=40)
    row_id = models.BigIntegerField()
    values = models.JSONField()

    class Meta:
        app_label = "intake"
        indexes = [models.Index(fields=["batch", "-id"], name="before_of_batch")]


class RejectedRow(models.Model):
    """A row that could not be taken, where and why. The first ones of a file are kept."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="rejects")
    line = models.BigIntegerField()
    column = models.CharField(max_length=120, blank=True)
    value = models.CharField(max_length=200, blank=True)  # masked
    reason = models.CharField(max_length=1000)  # as reasons.kept
    row = models.JSONField(default=list)  # sealed cells for in-place repair

    class Meta:
        app_label = "intake"
        indexes = [models.Index(fields=["batch", "line"], name="reject_line")]


class SavedMapping(models.Model):
    """A column mapping that worked before, found again by the header of the file."""

    kind = models.CharField(max_length=12)
    header_hash = models.CharField(max_length=64)
    mapping = models.JSONField()
    used_at = models.DateTimeField()

    class Meta:
        app_label = "intake"
        constraints = [
            models.UniqueConstraint(fields=["kind", "header_hash"], name="mapping_once_a_header"),
        ]
