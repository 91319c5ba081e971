from tenants.signing_in.sessions import Session


def test_lists_where_i_am_signed_in(cast, signed_in):
    signed_in(cast.adam)

    page = signed_in(cast.adam).get("/manage/me/security").text

    assert page.count("last used") == 2
    assert page.count("This device") == 1


def test_ends_one_elsewhere(cast, signed_in):
    elsewhere = signed_in(cast.adam)
    there = Session.of_member(cast.adam)[0]
    here = signed_in(cast.adam)

    here.post(f"/manage/me/sessions/{there.id}/end")

    assert elsewhere.get("/manage/me").status_code == 302
    assert here.get("/manage/me").status_code == 200


def test_ends_all_but_this_one(cast, signed_in):
    elsewhere = [signed_in(cast.adam) for _browser in range(3)]
    here = signed_in(cast.adam)

    here.post("/manage/me/sessions/others/end")

    assert [browser.get("/manage/me").status_code for browser in elsewhere] == [302] * 3
    assert here.get("/manage/me").status_code == 200


def test_somebody_elses_session_is_not_found(cast, signed_in):
    nina = signed_in(cast.nina)
    hers = Session.of_member(cast.nina)[0]

    assert signed_in(cast.adam).post(f"/manage/me/sessions/{hers.id}/end").status_code == 404
    assert signed_in(cast.olga).post(f"/manage/me/sessions/{hers.id}/end").status_code == 404
    assert nina.get("/manage/me").status_code == 200
