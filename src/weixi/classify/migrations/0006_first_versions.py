from django.db import migrations

# L3 of the sources: what customers of a stage expect, said and unsaid.
EXPECTED = {
    "exploration": {
        "basic_zh": "优质的产品及其附加服务",
        "basic_en": "a good product with its add-ons",
        "latent_zh": "更大的物质利益，被关心",
        "latent_en": "greater material benefit, being cared for",
    },
    "build_up": {
        "basic_zh": "优质的产品及其附加服务、物质利益、被关心",
        "basic_en": "a good product with its add-ons, material benefit, being cared for",
        "latent_zh": "不同寻常的关注",
        "latent_en": "uncommon attention",
    },
    "maturity": {
        "basic_zh": "优质的产品及其附加服务、物质利益、被关心、不同寻常的关注，且所得价值平衡",
        "basic_en": "all of that, uncommon attention, and value received in balance",
        "latent_zh": "成为企业的一部分，重要性得到认可",
        "latent_en": "being part of the company, importance recognised",
    },
}


def keep_first_versions(apps, schema_editor):
    Scheme = apps.get_model("classify", "Scheme")
    SchemeVersion = apps.get_model("classify", "SchemeVersion")
    for scheme in Scheme.objects.all():
        if scheme.kind == "lifecycle":
            for cell in scheme.definition["cells"]:
                for name, text in EXPECTED.get(cell["code"], {}).items():
                    cell.setdefault(name, text)
            scheme.save()
        SchemeVersion.objects.create(
            scheme=scheme,
            version=scheme.version,
            name_zh=scheme.name_zh,
            name_en=scheme.name_en,
            definition=scheme.definition,
            saved_by="",
            saved_at=scheme.changed_at,
        )


class Migration(migrations.Migration):

    dependencies = [
        ('classify', '0005_versions_and_overrides'),
    ]

    operations = [
        migrations.RunPython(keep_first_versions, migrations.RunPython.noop),
    ]
