"""What conditions and schemes may name: measures, predictions, cells, fields, consents, words."""

from collections.abc import Mapping

from weixi.collect.customers.models import CustomField
from weixi.collect.customers.rules import CustomerType
from weixi.collect.touchpoints.models import Channel
from weixi.measure.registry import MEASURES
from weixi.predict.registry import PREDICTIONS
from weixi.staff.models import Team, User

from .conditions import Field, Known, Names
from .models import Scheme
from .rules import definition

TYPES: Mapping[str, Names] = {
    CustomerType.CONSUMER: ("消费者", "consumer"),
    CustomerType.BUSINESS: ("商业型", "business"),
    CustomerType.INTERNAL: ("内部", "internal"),
}
CONSENTS: Mapping[str, Names] = {
    "marketing": ("营销", "marketing"),
    "care": ("关怀", "care"),
    "service": ("服务", "service"),
    "survey": ("调查", "surveys"),
}
# What a measure of the unit "word" may be.
WORDS: Mapping[str, Mapping[str, Names]] = {
    "phase": {
        "prospect": ("潜在客户", "prospect"),
        "new": ("新客户", "new"),
        "existing": ("老客户", "existing"),
        "loyal": ("忠诚客户", "loyal"),
    },
    "loyalty_kind": {
        "true": ("真忠诚", "true loyalty"),
        "latent": ("潜在忠诚", "latent loyalty"),
        "spurious": ("虚假忠诚", "spurious loyalty"),
        "none": ("不忠诚", "no loyalty"),
    },
    "satisfaction_loyalty": {
        "advocate": ("传道者", "advocate"),
        "mercenary": ("唯利者", "mercenary"),
        "hostage": ("囚徒", "hostage"),
        "defector": ("叛离者", "defector"),
    },
    "loyalty_reason": {
        "monopoly": ("垄断", "monopoly"),
        "inertia": ("惰性", "inertia"),
        "convenience": ("方便", "convenience"),
        "price": ("价格", "price"),
        "incentive": ("激励", "incentive"),
        "premium": ("超值", "premium value"),
    },
    "decline_factor": {
        "service": ("服务", "service"),
        "frequency": ("频次", "frequency"),
        "category": ("品类", "category"),
        "basket": ("件数", "basket"),
        "price": ("单价", "price"),
    },
    "type": TYPES,
}
OWN_FIELD = "own."  # in front of the code of a field that the company added


def known() -> Known:
    """Everything that may be named now. Names of fields never reach SQL: `sql` of a Field does."""
    schemes = list(Scheme.objects.filter(deleted_at=None))
    return Known(
        measures={
            measure.code: (measure.name_zh, measure.name_en, measure.unit)
            for measure in (*MEASURES, *PREDICTIONS)
        },
        cells={
            scheme.code: {
                cell.code: (cell.name_zh, cell.name_en)
                for cell in definition(scheme.definition).cells
            }
            for scheme in schemes
        },
        fields={**_plain_fields(), **_own_fields()},
        consents=CONSENTS,
        channels={one.code: (one.name_zh, one.name_en) for one in Channel.objects.all()},
        words=WORDS,
        schemes={scheme.code: (scheme.name_zh, scheme.name_en) for scheme in schemes},
    )


def _plain_fields() -> dict[str, Field]:
    people = {str(pk): (name, name) for pk, name in _people()}
    teams = {str(pk): (name, name) for pk, name in Team.objects.values_list("pk", "name")}
    return {
        "type": Field("客户类型", "Type", "choice", "fields.type", TYPES),
        "city": Field("城市", "City", "text", "fields.city"),
        "industry": Field("行业", "Industry", "text", "fields.industry"),
        "source": Field("来源", "Source", "text", "fields.source"),
        "owner": Field("负责人", "Owner", "choice", "fields.owner", people),
        "team": Field("团队", "Team", "choice", "fields.team", teams),
        "created": Field("建档日期", "Created", "date", "fields.created"),
    }


def _people() -> list[tuple[int, str]]:
    return [(user.pk, str(user)) for user in User.objects.order_by("name", "username")]


def _own_fields() -> dict[str, Field]:
    return {f"{OWN_FIELD}{field.code}": _own_field(field) for field in CustomField.objects.all()}


def _own_field(field: CustomField) -> Field:
    text = f"""json_extract_string(fields.custom, '$."{field.code}"')"""  # a slug, no quotes in it
    sql = {
        "number": f"TRY_CAST({text} AS DOUBLE)",
        "date": f"TRY_CAST({text} AS DATE)",
        "yes_no": f"({text} = 'true')",
    }.get(field.kind, text)
    choices = {choice: (choice, choice) for choice in field.choices}
    return Field(field.name_zh, field.name_en, field.kind, sql, choices)
