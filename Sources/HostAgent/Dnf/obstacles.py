"""What keeps updates out, and which of them need one another; a part of the planner."""


def blocked(base, updates, coming):
    """The updates that cannot come, each with what keeps it out."""
    found = {identity(package) for package in coming}
    return {
        identity(package): blocker(base, package)
        for _, package, is_held in updates
        if not is_held and identity(package) not in found
    }


def blocker(base, package):
    """What the package needs and no repository offers; of other obstacles dnf names none."""
    everything = base.sack.query()
    for requirement in package.requires:
        name = str(requirement).split(" ")[0]
        if not name.startswith(("/", "(", "rpmlib(")) and not everything.filter(provides=requirement):
            return name
    return "other packages"


def needs(base, packages):
    """By name, the names of those among the packages without which one cannot come."""
    installed, offered_ones = base.sack.query().installed(), base.sack.query().filterm(pkg=packages)
    found = {}
    for package in packages:
        for requirement in package.requires:
            if not installed.filter(provides=requirement):
                providers = {other.name for other in offered_ones.filter(provides=requirement)} - {package.name}
                found.setdefault(package.name, set()).update(providers)
    return [{"name": name, "needs": sorted(found[name])} for name in sorted(found) if found[name]]
