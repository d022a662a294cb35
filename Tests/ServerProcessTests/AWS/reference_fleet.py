"""The reference fleet's patch groups and baselines, as Terraform's provider sends them."""

GROUPS = [f"{system}-{ring}" for system in ["AL2023", "Ubuntu22", "Win2022"] for ring in ["early", "main", "late"]]


def rule(level, days, **filters):
    """As the provider sends it, with members that the configuration left out."""
    return {
        "ApproveAfterDays": days, "ComplianceLevel": level, "EnableNonSecurity": False,
        "PatchFilterGroup": {"PatchFilters": [{"Key": key, "Values": values} for key, values in filters.items()]},
    }


def fleet():
    """The baselines by the kind of patch group that they are for."""
    windows = ["CriticalUpdates", "SecurityUpdates"]
    common = dict(ApprovedPatchesComplianceLevel="HIGH", ApprovedPatchesEnableNonSecurity=False)
    return {
        "AL2023": dict(
            common, Name="plat-al2023-baseline", OperatingSystem="AMAZON_LINUX_2023", RejectedPatches=["kernel-livepatch-*"],
            Description="critical after a week", RejectedPatchesAction="ALLOW_AS_DEPENDENCY",
            ApprovalRules={"PatchRules": [
                rule("CRITICAL", 7, CLASSIFICATION=["Security"], SEVERITY=["Critical"]),
                rule("HIGH", 14, CLASSIFICATION=["Security"], SEVERITY=["Important"]),
            ]},
        ),
        "Ubuntu22": dict(
            common, Name="plat-ubuntu22-baseline", OperatingSystem="UBUNTU", RejectedPatches=["docker.io"],
            ApprovalRules={"PatchRules": [
                rule("CRITICAL", 0, PRIORITY=["Required", "Important"]), rule("HIGH", 0, PRIORITY=["*"]),
            ]},
        ),
        "Win2022": dict(
            common, Name="plat-win2022-baseline", OperatingSystem="WINDOWS",
            GlobalFilters={"PatchFilters": [{"Key": "PRODUCT", "Values": ["WindowsServer2022"]}]},
            ApprovalRules={"PatchRules": [
                rule("CRITICAL", 7, CLASSIFICATION=windows, MSRC_SEVERITY=["Critical"]),
                rule("HIGH", 14, CLASSIFICATION=windows, MSRC_SEVERITY=["Important"]),
            ]},
        ),
    }
