"""The notices of a repository, read from its updateinfo.xml; a part of the planner."""
import functools
import io
import re
import xml.etree.ElementTree

CVE = re.compile(r"CVE-\d{4}-\d{4,19}")
# Bounds of what repositories may say of one update.
NOTICES, CVES, LETTERS = 200, 1000, 200


def notices(base, updates):
    """The notices that each update answers: of its own version, and of those between it and the installed one.

    dnf reads dates without seconds as 1970 and knows four words for severities: this reads what the repository wrote.
    """
    wanted = {(package.name, package.arch): (installed.evr, package.evr) for installed, package, _ in updates}
    found = {}
    for repo in base.repos.iter_enabled():
        if not repo.get_metadata_path("updateinfo"):
            continue
        content = repo.get_metadata_content("updateinfo").encode()
        if b"<!DOCTYPE" in content:
            raise ValueError("the updateinfo of %s declares a document type" % repo.id)
        for _, element in xml.etree.ElementTree.iterparse(io.BytesIO(content)):
            if element.tag == "update":
                collect(base, element, wanted, found)
                element.clear()
    return {key: newest_first(base, by_id.values()) for key, by_id in found.items()}


def collect(base, update, wanted, found):
    if update.get("status") == "retracted":
        return
    for package in update.iterfind("pkglist/collection/package"):
        key = (package.get("name"), package.get("arch"))
        if key not in wanted:
            continue
        installed, offered_version = wanted[key]
        version = "%s:%s-%s" % (package.get("epoch") or "0", package.get("version"), package.get("release"))
        version = version[2:] if version.startswith("0:") else version
        is_needed = base.sack.evr_cmp(installed, version) < 0 <= base.sack.evr_cmp(offered_version, version)
        if is_needed:
            notice = described_notice(update, version)
            found.setdefault(key, {}).setdefault(notice["id"], notice)


def described_notice(update, version):
    def text(name):
        return " ".join((update.findtext(name) or "").split())[:LETTERS]

    def date(name):
        element = update.find(name)
        return "" if element is None else (element.get("date") or "")[:LETTERS]

    mentions = " ".join(
        (reference.get("id") or "") + " " + (reference.get("title") or "")
        for reference in update.iterfind("references/reference")
    )
    return {
        "id": text("id"),
        "type": (update.get("type") or "")[:LETTERS],
        "severity": text("severity"),
        "cves": sorted(set(CVE.findall(mentions)))[:CVES],
        "issued": date("issued"),
        "updated": date("updated"),
        "version": version,
    }


def newest_first(base, notices):
    by_version = functools.cmp_to_key(lambda left, right: base.sack.evr_cmp(right["version"], left["version"]))
    return sorted(sorted(notices, key=lambda notice: notice["id"]), key=by_version)[:NOTICES]
