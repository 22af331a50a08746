"""Keys, schemes, paths and methods (api/stancer.md 1 and 2)."""

import pytest

from support import cards, stancer, wire
from support.stancer import VERSIONS

UNAUTHORISED = "You are not authorized to access that resource"
COLLECTIONS = ["/v1/customers", "/v1/cards", "/v1/checkout", "/v1/refunds", "/v2/customers",
               "/v2/cards", "/v2/payments", "/v2/checkout", "/v2/refunds"]


def test_ping_tells_mode_company_and_account(shop):
    answer = shop.get("/v2/ping")
    assert answer.status == 200
    assert set(answer.json) == {"mode", "company", "account"}
    assert answer.json["mode"] == "test"
    assert all(isinstance(value, str) and value for value in answer.json.values())


def test_ping_with_a_bad_key_is_401(shop):
    stancer.check_error(shop.get("/v2/ping", key="stest_" + "x" * 24), "v2", 401)


@pytest.mark.parametrize("scheme", ["basic", "bearer"])
@pytest.mark.parametrize("path", COLLECTIONS)
def test_both_schemes_are_accepted(shop, path, scheme):
    assert shop.get(path, scheme=scheme).status == 200


@pytest.mark.parametrize("path", COLLECTIONS)
def test_collections_answer_with_and_without_a_slash(shop, path):
    for form in (path, path + "/"):
        answer = shop.get(form)
        assert answer.status == 200, (form, answer)
        assert answer.headers.get_content_type() == "application/json"


@pytest.mark.parametrize("path", ["/v1/customers", "/v1/customers/", "/v2/customers",
                                  "/v2/customers/"])
def test_creation_answers_with_and_without_a_slash(shop, path):
    assert shop.post(path, {"email": cards.MARKED_EMAIL, "name": path}).status == 200


def bad_keys(shop):
    return {
        "no key": False,
        "unknown secret key": "stest_" + "a" * 24,
        "public key": shop.public_key,
        "too short": "stest_abc",
        "unknown prefix": "xtest_" + "a" * 24,
        "one character changed": shop.secret_key[:-1] + "ab"[shop.secret_key[-1] == "a"],
        "live prefix on a test key": "sprod_" + shop.secret_key[6:],
    }


@pytest.mark.parametrize("case", ["no key", "unknown secret key", "public key", "too short",
                                  "unknown prefix", "one character changed",
                                  "live prefix on a test key"])
@pytest.mark.parametrize("version", VERSIONS)
def test_a_key_that_is_not_a_secret_key_of_ours_is_401(shop, version, case):
    key = bad_keys(shop)[case]
    for scheme in ("basic", "bearer"):
        answer = shop.get(f"/{version}/customers/", key=key, scheme=scheme)
        text = stancer.check_error(answer, version, 401)
        if version == "v1":
            assert text == UNAUTHORISED


@pytest.mark.parametrize("header", ["Basic", "Basic !!!", "Basic Zm9v", "Digest abc", "Bearer", ""])
def test_a_broken_authorization_header_is_401(shop, header):
    answer = shop.get("/v1/customers/", key=False, headers={"Authorization": header})
    assert stancer.check_error(answer, "v1", 401) == UNAUTHORISED


@pytest.mark.parametrize("version", VERSIONS)
def test_nothing_is_made_without_a_key(merchant, version):
    body = {"email": cards.MARKED_EMAIL}
    stancer.check_error(merchant.post(f"/{version}/customers/", body, key=False), version, 401)
    assert merchant.read(f"/{version}/customers/")["customers"] == []


def test_keys_have_the_shape_the_libraries_check(shop):
    for key, prefix in ((shop.secret_key, "stest_"), (shop.public_key, "ptest_")):
        assert key.startswith(prefix) and len(key) == 30
        assert key.replace("_", "a").isalnum() and key.isascii()


@pytest.mark.parametrize("version,path", [
    ("v1", "/v1/nothing"), ("v2", "/v2/nothing"), ("v1", "/v1/payments/"), ("v1", "/v1/ping"),
    ("v2", "/v2/customers/x/y/z"),
])
def test_an_unknown_path_is_404(shop, version, path):
    stancer.check_error(shop.get(path), version, 404)


@pytest.mark.parametrize("method,path", [
    ("PUT", "/v1/customers/"), ("PATCH", "/v1/customers/"), ("DELETE", "/v1/customers/"),
    ("PUT", "/v2/cards/"), ("DELETE", "/v2/payments/"), ("POST", "/v2/ping"),
    ("POST", "/v2/customers/{cust}"), ("PUT", "/v2/customers/{cust}"),
    ("DELETE", "/v1/checkout/{paym}"), ("DELETE", "/v2/payments/{paym}"),
    ("DELETE", "/v2/checkout/{paym}"), ("GET", "/v2/payments/{paym}/capture"),
    ("POST", "/v2/payments/{paym}/refunds"), ("PATCH", "/v2/refunds/{refd}"),
    ("DELETE", "/v1/refunds/{refd}"), ("PATCH", "/v1/addresses/{addr}"),
    ("PATCH", "/v2/addresses/{addr}"),
])
def test_a_wrong_method_is_405(shop, method, path):
    for prefix in ("cust", "paym", "refd", "addr"):
        path = path.replace("{%s}" % prefix, f"{prefix}_{stancer.UNKNOWN}")
    answer = shop.request(method, path, {})
    stancer.check_error(answer, path[1:3], 405)


def test_delete_of_a_real_payment_is_405_and_changes_nothing(shop):
    payment = shop.pay()
    stancer.check_error(shop.delete("/v2/payments/" + payment["id"]), "v2", 405)
    assert shop.read("/v2/payments/" + payment["id"]) == payment


@pytest.mark.parametrize("body", [{"card": {"number": cards.VISA}}, b"not json",
                                  b'{"a": 1, "a": 2}', b"\xff\xfe", b"x" * 5000])
@pytest.mark.parametrize("version", VERSIONS)
def test_a_body_on_get_is_read_and_ignored(shop, version, body):
    customer = shop.made(f"/{version}/customers/", {"email": cards.MARKED_EMAIL,
                                                          "name": f"Quelqu'un {sum(str(body).encode())}"})
    answer = shop.get(f"/{version}/customers/{customer['id']}", body=body)
    assert answer.status == 200 and answer.json == customer


@pytest.mark.parametrize("version", VERSIONS)
def test_a_body_on_delete_is_read_and_ignored(shop, version):
    customer = shop.made(f"/{version}/customers/", {"mobile": "+33100000001"})
    answer = shop.delete(f"/{version}/customers/{customer['id']}",
                         body={"card": {"number": cards.VISA, "cvc": cards.MARKED_CVC}})
    assert answer.status == (204 if version == "v1" else 200)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("noun,prefix,collection", [
    ("customer", "cust", "customers"), ("card", "card", "cards"), ("payment", "paym", None),
    ("refund", "refd", "refunds"), ("address", "addr", "addresses"),
])
class TestIdentifiers:
    def path(self, version, collection, identifier):
        return (stancer.PAYMENTS[version] if collection is None
                else f"/{version}/{collection}/") + identifier

    def test_a_well_formed_unknown_id_is_404(self, shop, version, noun, prefix, collection):
        identifier = f"{prefix}_{stancer.UNKNOWN}"
        answer = shop.get(self.path(version, collection, identifier))
        stancer.check_missing(answer, version, noun, identifier)

    @pytest.mark.parametrize("identifier", ["{p}_short", "{p}_" + "a" * 25, "{p}_" + "a" * 23 + "-",
                                            "{p}-" + "a" * 24, "a" * 29, "xxxx_" + "a" * 24])
    def test_an_ill_formed_id_is_404_in_v1_and_422_in_v2(self, shop, version, noun, prefix,
                                                        collection, identifier):
        answer = shop.get(self.path(version, collection, identifier.format(p=prefix)))
        if version == "v1":
            stancer.check_error(answer, "v1", 404)
        else:
            stancer.check_bad(answer, "v2", "path", "id")


@pytest.mark.parametrize("version", VERSIONS)
class TestAnotherMerchant:
    """Another merchant's object is not found, in every route."""

    def test_objects_are_not_found(self, shop, merchant, version):
        base = stancer.PAYMENTS[version]
        customer = shop.made(f"/{version}/customers/", {"mobile": "+33100000002"})
        card = shop.made(f"/{version}/cards/", cards.card(cards.CHANGEABLE, exp_month=3))
        payment = shop.pay(version, cards.card(cards.CAPTURED_AT_ONCE))
        refund = shop.made(f"/{version}/refunds/", {"payment": payment["id"], "amount": 100})
        address = shop.made(f"/{version}/addresses/",
                            {"country": "FR", "city": "Paris", "zip_code": "75011"})
        for noun, path, thing in (("customer", f"/{version}/customers/", customer),
                                  ("card", f"/{version}/cards/", card),
                                  ("payment", base, payment),
                                  ("refund", f"/{version}/refunds/", refund),
                                  ("address", f"/{version}/addresses/", address)):
            answer = merchant.get(path + thing["id"])
            stancer.check_missing(answer, version, noun, thing["id"])
            assert shop.get(path + thing["id"]).status == 200

    def test_changes_are_not_found(self, shop, merchant, version):
        customer = shop.made(f"/{version}/customers/", {"mobile": "+33100000003"})
        card = shop.made(f"/{version}/cards/", cards.card(cards.CHANGEABLE, exp_month=4))
        payment = shop.pay(version, capture=False)
        tries = [
            merchant.patch(f"/{version}/customers/{customer['id']}", {"name": "Somebody"}),
            merchant.delete(f"/{version}/customers/{customer['id']}"),
            merchant.patch(f"/{version}/cards/{card['id']}", {"exp_month": 5}),
            merchant.delete(f"/{version}/cards/{card['id']}"),
            merchant.patch(stancer.PAYMENTS[version] + payment["id"], {"status": "capture"}),
            merchant.post(f"/{version}/refunds/", {"payment": payment["id"]}),
            merchant.post(stancer.PAYMENTS[version],
                          {"amount": 500, "currency": "eur", "card": card["id"]}),
            merchant.post(stancer.PAYMENTS[version],
                          {"amount": 500, "currency": "eur", "customer": customer["id"]}),
        ]
        if version == "v2":
            tries.append(merchant.post(f"/v2/payments/{payment['id']}/capture"))
        for answer in tries:
            stancer.check_error(answer, version, 404)
        assert shop.read(stancer.PAYMENTS[version] + payment["id"])["status"] == "authorized"
        assert shop.read(f"/{version}/cards/{card['id']}") == card
        assert shop.read(f"/{version}/customers/{customer['id']}") == customer

    def test_lists_show_ones_own_only(self, shop, merchant, version):
        shop.pay(version)
        assert merchant.read(stancer.PAYMENTS[version])["payments"] == []
        assert merchant.read(f"/{version}/cards/")["cards"] == []


def test_v1_and_v2_and_the_alias_show_the_same_objects(shop):
    payment = shop.pay("v1")
    one = shop.read("/v1/checkout/" + payment["id"])
    two = shop.read("/v2/payments/" + payment["id"])
    assert shop.read("/v2/checkout/" + payment["id"]) == two
    for name in ("id", "amount", "currency", "status", "response", "response_author", "created",
                 "fee", "method"):
        assert one[name] == two[name]


def test_errors_of_the_alias_have_the_v2_form(shop):
    identifier = "paym_" + stancer.UNKNOWN
    stancer.check_missing(shop.get("/v2/checkout/" + identifier), "v2", "payment", identifier)


def test_the_api_answers_on_the_tls_address_too(shop):
    answer = wire.exchange(shop.tls_url + "/v2/ping", "GET",
                           headers=wire.credentials(shop.secret_key), ca_file=shop.ca_file)
    assert answer.status == 200 and answer.json["mode"] == "test"
