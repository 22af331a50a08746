"""upload_file, get_available_files and download_archive_file (api/safedebit.md 11)."""

import pytest

from support import safedebit

KINDS = {"safedebit_consumer_reference": safedebit.text(35), "file_data": safedebit.FILE,
         "file_type": safedebit.words("1", "0", "6"),
         "file_description": safedebit.coded("Carte 12 é", ("a-b", "a_b", "l'id", "a.b", "a\nb"),
                                             "FORM_005", 256),
         "file_verif": safedebit.words("2", "0", "3")}


def upload(account, reference, data=safedebit.PDF, **changes):
    return safedebit.exchange(account, "upload_file", {
        "safedebit_consumer_reference": reference, "file_data": safedebit.plain(data),
        "file_type": "2"} | changes)


def files(account, reference):
    answer = account.ssp("get_available_files", safedebit_consumer_reference=reference)
    assert set(answer) == {"result", "data"} and answer["result"], answer
    return answer["data"]


def download(account, reference, key):
    return safedebit.exchange(account, "download_archive_file", {
        "safedebit_consumer_reference": reference, "file_key": key})


@pytest.mark.parametrize("kind", safedebit.FILES)
@pytest.mark.parametrize("form", [safedebit.plain, safedebit.uri, safedebit.wrapped])
def test_what_came_in_comes_back(shop, kind, form):
    data = safedebit.FILES[kind]
    reference = safedebit.made(shop)
    safedebit.check_done(upload(shop, reference, file_data=form(data)))
    [entry] = files(shop, reference)
    assert entry == {"file_type": 2, "file_key": entry["file_key"]}
    answer = safedebit.decided(download(shop, reference, entry["file_key"]))
    assert answer.json == {"result": True, "file_data": safedebit.plain(data)}


def test_each_type_and_each_check(shop):
    reference = safedebit.made(shop)
    for kind in ("1", "2", "3", "4", 5):
        safedebit.check_done(upload(shop, reference, file_type=kind, file_verif="1",
                                    file_description="x" * 256))
    safedebit.check_done(upload(shop, reference, file_verif=2, file_description=""))
    assert [entry["file_type"] for entry in files(shop, reference)] == [1, 2, 3, 4, 5, 2]


def test_bad_arguments_store_nothing(shop):
    reference = safedebit.made(shop)
    good = {"safedebit_consumer_reference": reference, "file_type": "3",
            "file_data": safedebit.plain(safedebit.PNG)}
    safedebit.check_missing(shop, "upload_file", good, list(good))
    safedebit.check_arguments(shop, "upload_file", good, KINDS)
    assert files(shop, reference) == []


def test_the_largest_file_and_one_byte_more(shop):
    reference = safedebit.made(shop)
    largest = safedebit.sized(safedebit.FILE_MAX)
    safedebit.check_done(upload(shop, reference, largest))
    [entry] = files(shop, reference)
    answer = download(shop, reference, entry["file_key"])
    assert answer.json["file_data"] == safedebit.plain(largest)
    safedebit.check_refused(upload(shop, reference, largest + b"\n"), "FORM_012", "file_data")
    answer = safedebit.exchange(shop, "upload_file", raw=b'{"file_data":"' + b"A" * (16 << 20) + b'"}')
    assert answer.status == 413 and answer.json == {"result": False, "code": "REQ_004"}
    assert len(files(shop, reference)) == 1


def test_only_calls_with_files_take_large_bodies(shop):
    padding = {"unknown": "x" * (64 << 10)}
    answer = safedebit.exchange(shop, "edit_consumer", padding)
    assert answer.status == 413 and answer.json == {"result": False, "code": "REQ_004"}
    safedebit.check_done(upload(shop, safedebit.made(shop), **padding))


def test_unknown_consumers_and_files(shop, merchant):
    reference = safedebit.made(shop)
    safedebit.check_done(upload(shop, reference))
    key = files(shop, reference)[0]["file_key"]
    for unknown in ("nobody", safedebit.made(merchant)):
        safedebit.check_refused(upload(shop, unknown), "EXIST_002", "safedebit_consumer_reference")
        answer = safedebit.exchange(shop, "get_available_files",
                                    {"safedebit_consumer_reference": unknown})
        safedebit.check_refused(answer, "EXIST_002", "safedebit_consumer_reference")
        safedebit.check_refused(download(shop, unknown, key), "EXIST_002",
                                "safedebit_consumer_reference")
    for wrong in ("x", key[:-1], key + "0", key.swapcase(), "A" * 128):
        safedebit.check_refused(download(shop, reference, wrong), "UNKN_005", "file_key")
    safedebit.check_refused(download(shop, safedebit.made(shop), key), "UNKN_005", "file_key")
    theirs = safedebit.made(merchant)
    safedebit.check_refused(download(merchant, theirs, key), "UNKN_005", "file_key")


def test_arguments_of_the_reading_calls(shop):
    reference = safedebit.made(shop)
    safedebit.check_missing(shop, "get_available_files",
                            {"safedebit_consumer_reference": reference},
                            ["safedebit_consumer_reference"])
    good = {"safedebit_consumer_reference": reference, "file_key": "x"}
    safedebit.check_missing(shop, "download_archive_file", good, list(good))
    kinds = {"safedebit_consumer_reference": safedebit.text(35), "file_key": safedebit.text(128)}
    safedebit.check_arguments(shop, "download_archive_file", good, kinds)
    safedebit.check_arguments(shop, "get_available_files", good,
                              {"safedebit_consumer_reference": safedebit.text(35)})
    assert files(shop, reference) == []


def test_a_mandate_that_was_brought_in_is_among_them(shop):
    reference = safedebit.made(shop)
    safedebit.add_mandate(shop, reference, file_data=safedebit.plain(safedebit.GIF))
    [entry] = files(shop, reference)
    assert entry["file_type"] == 1
    answer = download(shop, reference, entry["file_key"])
    assert answer.json["file_data"] == safedebit.plain(safedebit.GIF)


def test_the_same_key_stores_one_file(shop):
    reference = safedebit.made(shop)
    for _ in range(2):
        answer = safedebit.exchange(shop, "upload_file", {
            "safedebit_consumer_reference": reference, "file_type": "5",
            "file_data": safedebit.plain(safedebit.PNG)}, headers={"Idempotency-Key": reference})
        safedebit.check_done(answer)
    assert len(files(shop, reference)) == 1


def test_files_are_sealed_on_the_disk(fresh):
    reference = safedebit.made(fresh)
    mark = b"%PDF-1.4 MARKED-CONTENT-OF-A-FILE"
    safedebit.check_done(upload(fresh, reference, mark))
    fresh.stop()
    for path in fresh.dir.rglob("*"):
        if path.is_file():
            assert b"MARKED-CONTENT" not in path.read_bytes(), path
