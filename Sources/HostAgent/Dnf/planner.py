"""What dnf 4 knows and would do, as JSON on standard output; it changes no packages, and only `scan` fetches anything.

Runs in dnf's own interpreter, with dnf's own command line, so that configuration, plug-ins, excludes and solver are those
of the transaction itself:

    planner.py inventory OPTION…           what is offered, by which repositories, and the notices of it
    planner.py scan FILE OPTION…           fetches the metadata anew; puts the inventory into the file where there is one
    planner.py plan OPTION… VERB NEVRA…    what the command would change
    planner.py versions OPTION… repoquery NAME…    the versions on offer of the packages
    planner.py damage OPTION…              what interrupted transactions left

Exit status: 0, 1 with the reason on standard error, 200 when another process holds a lock.
"""
import hashlib
import json
import os
import sys

# dnf and its plug-ins may print: only the answer goes to standard output.
answer = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

import dnf.cli.cli
import dnf.cli.option_parser
import dnf.exceptions
import dnf.transaction
import hawkey
import libdnf.transaction

# How many transactions of the past may have left something unfinished.
HISTORY = 50


def configured(arguments):
    """dnf as its command line configures it."""
    base = dnf.cli.cli.BaseCli()
    cli = dnf.cli.cli.Cli(base)
    cli.configure(arguments, dnf.cli.option_parser.OptionParser())
    return base, cli


def are_one(left, right):
    """Versions of one package: it may change between noarch and one architecture."""
    return left.name == right.name and (left.arch == right.arch or "noarch" in (left.arch, right.arch))


def newest(base, name):
    """The installed packages of that name, the newest of each architecture."""
    query = base.sack.query(flags=hawkey.IGNORE_REGULAR_EXCLUDES).installed()
    return list(query.filterm(name=name, latest_per_arch=True))


def changes(base):
    """The resolved transaction; old kernels that make room for a new one are part of its installation."""
    coming, going = base.transaction.install_set, base.transaction.remove_set
    for package in coming:
        old = [other for other in newest(base, package.name) if are_one(package, other)]
        yield {**change("install", package, max(old).evr if old else None, package.evr), **room(base, package, going)}
    for package in going:
        if not any(are_one(package, other) for other in coming):
            yield change("remove", package, package.evr, None)


def room(base, package, going):
    """What the package takes, of the file systems of archives and of what is installed."""
    return {
        "archive": package.location,
        "archiveBytes": package.downloadsize,
        "installedBytes": package.installsize,
        "replacedBytes": sum(other.installsize for other in going if are_one(package, other)),
        "isKernel": bool(base.sack.query().filterm(pkg=[package], provides="kernel-uname-r")),
    }


def change(action, package, old, new):
    return {"action": action, "name": package.name, "architecture": package.arch, "from": old, "to": new}


def plan(arguments):
    base, cli = configured(arguments)
    try:
        cli.run()
    except dnf.exceptions.Error as error:
        failure = error
    else:
        failure = None
    if cli.command.opts.command == "upgrade" and base.sack:
        for spec in cli.command.opts.pkg_specs:
            require(base, spec)
    if failure:
        raise failure
    base.resolve(cli.demands.allow_erasing)
    return sorted(changes(base), key=lambda change: (change["name"], change["architecture"], change["action"]))


def require(base, spec):
    """dnf itself says less of what it cannot find, and goes on without it."""
    if base.sack.query().available().filterm(nevra=spec):
        return
    if base.sack.query(flags=hawkey.IGNORE_REGULAR_EXCLUDES).available().filterm(nevra=spec):
        raise dnf.exceptions.Error("All matches were filtered out by exclude filtering for argument: " + spec)
    raise dnf.exceptions.Error("No match for argument: " + spec)


def inventory(arguments):
    base, cli = configured(arguments + ["upgrade"])
    cli.run()
    return told(base, cli)


def scan(arguments):
    """One dnf for both, since starting it is most of what either takes. The fetching alone can fail: whoever asks for an
    inventory that is not in the file hears what is wrong with it.
    """
    file, *options = arguments
    base, cli = configured(options + ["--refresh", "upgrade"])
    try:
        cli.run()
        answer_of_scan = json.dumps(told(base, cli))
    except (dnf.exceptions.RepoError, dnf.exceptions.LockError):
        raise
    except Exception as error:
        complain(error)
        base.fill_sack(load_system_repo=False)
        return
    with open(file, "w") as output:
        output.write(answer_of_scan)


def told(base, cli):
    """The inventory, of a dnf that has marked all upgrades."""
    updates = offered(base)
    found = notices(base, updates)
    coming = resolved(base, cli)
    new = [package for package in coming or [] if not newest(base, package.name)]
    # A host so broken that dnf resolves nothing has no obstacles to name.
    obstacles = {} if coming is None else blocked(base, updates, coming)
    free = [package for _, package, is_held in updates if not is_held and identity(package) not in obstacles]
    return {
        "updates": [described(base, update, found, obstacles) for update in updates],
        "newcomers": [newcomer(base, package) for package in new],
        "needs": needs(base, free + new),
        "damage": damaged(base),
        "repositories": [repository(repo) for repo in sorted(base.repos.iter_enabled(), key=lambda repo: repo.id)],
        "release": base.conf.releasever or "",
        "database": database_digest(base),
    }


def database_digest(base):
    """Tells whether another look at rpm's database sees the same packages, installed at the same time."""
    installed = base.sack.query(flags=hawkey.IGNORE_REGULAR_EXCLUDES).installed()
    packages = [package for package in installed if package.name != "gpg-pubkey"]
    lines = ["%s %s %s %d" % (*identity(package), package.installtime) for package in packages]
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def offered(base):
    """(installed, newest, held) of each package that has a newer version; held when excludes or locks hide all of them."""
    visible = list(base.sack.query().upgrades().filterm(latest_per_arch=True))
    hidden = base.sack.query(flags=hawkey.IGNORE_REGULAR_EXCLUDES).upgrades().filterm(latest_per_arch=True)
    chosen = [(package, False) for package in visible]
    chosen += [(package, True) for package in hidden if not any(are_one(package, other) for other in visible)]
    result = {}
    for package, is_held in chosen:
        installed = [other for other in newest(base, package.name) if are_one(package, other)]
        if installed and max(installed).evr_lt(package):
            result.setdefault((package.name, package.arch), (max(installed), package, is_held))
    return [result[key] for key in sorted(result)]


def identity(package):
    return package.name, package.arch, package.evr


def resolved(base, cli):
    """What all updates together bring, as far as they can come; None where dnf resolves nothing."""
    try:
        base.resolve(cli.demands.allow_erasing)
    except dnf.exceptions.DepsolveError:
        return None
    return sorted(base.transaction.install_set)


def described(base, update, found, obstacles):
    installed, package, is_held = update
    return {
        "name": package.name,
        "architecture": package.arch,
        "installedArchitecture": installed.arch,
        "installedVersion": installed.evr,
        "version": package.evr,
        "repositories": repositories(base, package),
        "downloadBytes": package.downloadsize,
        "isHeld": is_held,
        "blockedBy": obstacles.get(identity(package)),
        "notices": found.get((package.name, package.arch), []),
    }


def repositories(base, package):
    query = base.sack.query(flags=hawkey.IGNORE_REGULAR_EXCLUDES).available()
    return sorted({same.reponame for same in query.filterm(name=package.name, arch=package.arch, evr=package.evr)})


def newcomer(base, package):
    return {
        "name": package.name,
        "architecture": package.arch,
        "version": package.evr,
        "repositories": repositories(base, package),
    }


def repository(repo):
    path = os.path.join(repo._repo.getCachedir(), "repodata", "repomd.xml")
    with open(path, "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    return {"id": repo.id, "name": repo.name, "timestamp": repo._repo.getMaxTimestamp(), "digest": digest}


def versions(arguments):
    base, cli = configured(arguments)
    cli.run()
    packages = base.sack.query().available().filterm(name=cli.command.opts.key)
    return [reference(package) for package in sorted(packages)]


def damage(arguments):
    base, _ = configured(arguments + ["check"])
    base.fill_sack(load_available_repos=False)
    return damaged(base)


def damaged(base):
    """What is there and was never finished, and what stands there twice, the older ones: those that dnf was about to
    take away, and those that somebody put side by side.
    """
    installed = base.sack.query(flags=hawkey.IGNORE_REGULAR_EXCLUDES).installed()
    several = installed.difference(base._get_installonly_query(installed)).duplicated()
    newest_ones = set(several.latest())
    older = [package for package in sorted(several) if package not in newest_ones]
    coming, going = undone(base, True), undone(base, False)
    return {
        "leftovers": [reference(package) for package in older if identity(package) in going],
        "doubles": [reference(package) for package in older if identity(package) not in going],
        "unfinished": [reference(package) for package in sorted(installed) if identity(package) in coming],
    }


def undone(base, is_coming):
    """What dnf's last word of is that it was to come, or to go, and that this was not done."""
    last = {}
    for transaction in base.history.old()[:HISTORY]:
        items = sorted(transaction.packages(), key=lambda item: item.action not in dnf.transaction.FORWARD_ACTIONS)
        for item in items:
            last.setdefault(identity(item), item)
    return {
        key
        for key, item in last.items()
        if item.state != libdnf.transaction.TransactionItemState_DONE
        and (item.action in dnf.transaction.FORWARD_ACTIONS) == is_coming
    }


def reference(package):
    return {"name": package.name, "architecture": package.arch, "version": package.evr}


def complain(error):
    print("%s: %s" % (type(error).__name__, error), file=sys.stderr)


QUESTIONS = {"inventory": inventory, "scan": scan, "plan": plan, "versions": versions, "damage": damage}
try:
    result = QUESTIONS[sys.argv[1]](sys.argv[2:])
    if result is not None:
        json.dump(result, answer)
        answer.flush()
except dnf.exceptions.LockError as error:
    print(error, file=sys.stderr)
    sys.exit(200)
except Exception as error:
    complain(error)
    sys.exit(1)
