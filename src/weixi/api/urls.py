from ninja import NinjaAPI

api = NinjaAPI(title="Weixi", version="1", urls_namespace="api")
