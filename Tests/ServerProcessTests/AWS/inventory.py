"""Inventory and compliance that others report, beside what scans tell, as boto3 puts and reads them."""

import datetime
import json
import os

from model import checked, client, expect, refused

NODES = json.loads(os.environ["NODES"])  # by name
frankfurt, virginia = client("Frankfurt"), client("us-east-1")
early, main, late = (NODES[f"Frankfurt-{ring}"] for ring in ("early", "main", "late"))
fresh = NODES["Frankfurt-new"]
reader = client("Frankfurt", aws_access_key_id=os.environ["READER_ID"], aws_secret_access_key=os.environ["READER_SECRET"])
limited = client("Frankfurt", aws_access_key_id=os.environ["LIMITED_ID"],
                 aws_secret_access_key=os.environ["LIMITED_SECRET"])
RACK, TIME = "Custom:RackInfo", "2026-06-16T02:00:00Z"


def every(operation, key, size=None, ssm=frankfurt, **arguments):
    """All pages, and how many there were."""
    pages = list(ssm.get_paginator(operation).paginate(
        **arguments, PaginationConfig={"PageSize": size} if size else {}))
    return sum((page[key] for page in pages), []), len(pages)


def item(type=RACK, content=None, **more):
    made = {"TypeName": type, "SchemaVersion": "1.0", "CaptureTime": TIME, **more}
    return made if content is None else {**made, "Content": content}


def put(node, *items, ssm=frankfurt):
    return ssm.put_inventory(InstanceId=node, Items=list(items))


def entries(node, type=RACK, **more):
    """All pages, for which botocore has no paginator."""
    found, token = [], {}
    while True:
        page = frankfurt.list_inventory_entries(InstanceId=node, TypeName=type, **more, **token)
        found += page["Entries"]
        if "NextToken" not in page:
            return found
        token = {"NextToken": page["NextToken"]}


def told():
    """What scans tell."""
    found, pages = every("get_inventory", "Entities", size=3)
    expect(sorted(entity["Id"] for entity in found) == sorted([early, main, late, fresh]) and pages == 2, found)
    data = found[0]["Data"]["AWS:InstanceInformation"]
    expect(data["Content"][0]["PlatformName"] == "Debian" and data["Content"][0]["AgentType"] == "ringmaster-agent", data)
    found = entries(early, "AWS:Application")
    expect([(entry["Name"], entry["Version"], entry["Architecture"]) for entry in found] == [
        ("acme-docs", "1.0", "amd64"), ("acme-kernel", "6.1.1", "amd64"), ("acme-legacy", "0.9", "amd64"),
        ("acme-tls", "3.0.1", "amd64"), ("acme-web", "2.4", "amd64")], found)
    page = frankfurt.list_inventory_entries(InstanceId=early, TypeName="AWS:Application", MaxResults=2)
    expect(len(page["Entries"]) == 2 and page["SchemaVersion"] == "1.1", page)
    rest = frankfurt.list_inventory_entries(InstanceId=early, TypeName="AWS:Application", MaxResults=5,
                                            NextToken=page["NextToken"])
    expect([entry["Name"] for entry in rest["Entries"]] == ["acme-legacy", "acme-tls", "acme-web"], rest)
    named = [{"Key": "AWS:Application.Name", "Values": ["acme-t"], "Type": "BeginWith"}]
    expect([entry["Name"] for entry in entries(early, "AWS:Application", Filters=named)] == ["acme-tls"], "by name")
    expect(entries(fresh, "AWS:Application") == [], "never scanned")
    asked = dict(ResultAttributes=[{"TypeName": "AWS:Application"}])
    found, _ = every("get_inventory", "Entities", **asked, Filters=[
        {"Key": "AWS:Application.Name", "Values": ["acme-web"]}, {"Key": "AWS:Application.Version", "Values": ["2.4"]}])
    expect(sorted(entity["Id"] for entity in found) == sorted([early, main, late]), found)
    expect(len(found[0]["Data"]["AWS:Application"]["Content"]) == 5, found[0])
    other = [{"Key": "AWS:Application.Name", "Values": ["acme-web"]},
             {"Key": "AWS:Application.Version", "Values": ["1.0"]}]
    expect(every("get_inventory", "Entities", **asked, Filters=other)[0] == [], "both of one entry")
    one = [{"Key": "AWS:InstanceInformation.InstanceId", "Values": [early, NODES["us-east-1-early"]]}]
    expect([entity["Id"] for entity in every("get_inventory", "Entities", Filters=one)[0]] == [early], "of the region")
    ask = frankfurt.get_inventory
    refused("InvalidFilter", ask, Filters=[{"Key": "Name", "Values": ["x"]}])
    refused("InvalidFilter", ask, Filters=[{"Key": "AWS:Application.Name", "Values": ["x"], "Type": "Exists"}])
    refused("InvalidTypeNameException", ask, ResultAttributes=[{"TypeName": "AWS:Network"}])
    refused("InvalidAggregatorException", ask, Aggregators=[{"Expression": "AWS:InstanceInformation.PlatformType"}])
    refused("InvalidNextToken", ask, NextToken="bm9uZQ==")
    refused("InvalidInstanceId", virginia.list_inventory_entries, InstanceId=early, TypeName="AWS:Application")
    refused("InvalidFilter", frankfurt.list_inventory_entries, InstanceId=early, TypeName=RACK,
            Filters=[{"Key": "AWS:Application.Name", "Values": ["x"]}])


def inventory():
    put(early, item(content=[{"Row": "7", "rack": "b"}, {"Row": "12", "rack": "c"}], ContentHash="one"))
    put(main, item(content=[{"Row": "9", "Höhe": "hoch"}]), item("Custom:Empty", content=[]))
    expect(entries(early) == [{"Row": "7", "rack": "b"}, {"Row": "12", "rack": "c"}], "in their order")
    above = [{"Key": "Custom:RackInfo.Row", "Values": ["8"], "Type": "GreaterThan"}]
    expect(entries(early, Filters=above) == [{"Row": "12", "rack": "c"}], "as numbers")
    expect(entries(late) == [] and entries(late, "Custom:Other") == [], "none")
    found, _ = every("get_inventory", "Entities", ResultAttributes=[{"TypeName": RACK}], Filters=above)
    expect({entity["Id"]: len(entity["Data"][RACK]["Content"]) for entity in found} == {early: 2, main: 1}, found)
    # Only the hash: what is kept stays, and is newer.
    later = {**item(ContentHash="one"), "CaptureTime": "2026-06-17T02:00:00Z"}
    put(early, later)
    page = frankfurt.list_inventory_entries(InstanceId=early, TypeName=RACK)
    expect(page["CaptureTime"] == "2026-06-17T02:00:00Z" and len(page["Entries"]) == 2, page)
    put(early, item(content=[{"Row": "99"}], ContentHash="one"))
    expect(len(entries(early)) == 2, "the hash says that it is the same")
    put(early, item(content=[{"Row": "1"}], ContentHash="two"))
    expect(entries(early) == [{"Row": "1"}], "replaced")
    schemas, _ = every("get_inventory_schema", "Schemas")
    shown = {schema["TypeName"]: [entry["Name"] for entry in schema["Attributes"]] for schema in schemas}
    expect(shown[RACK] == ["Höhe", "Row"] and "Name" in shown["AWS:Application"], shown)
    expect(sorted(shown) == ["AWS:Application", "AWS:InstanceInformation", RACK], shown)
    expect(len(every("get_inventory_schema", "Schemas", TypeName=RACK)[0]) == 1, "one")
    expect(every("get_inventory_schema", "Schemas", Aggregator=True)[0] == [], "none can be aggregated")
    expect(RACK not in {schema["TypeName"] for schema in every("get_inventory_schema", "Schemas", ssm=virginia)[0]},
           "of the region")


def refusals():
    ask = frankfurt.put_inventory
    refused("ItemContentMismatchException", ask, InstanceId=early, Items=[item(ContentHash="three")])
    refused("ItemContentMismatchException", ask, InstanceId=late, Items=[item(ContentHash="one")])
    refused("InvalidItemContentException", ask, InstanceId=early, Items=[item()])
    refused("InvalidItemContentException", ask, InstanceId=early, Items=[item(content=[]), item(content=[])])
    refused("UnsupportedInventoryItemContextException", ask, InstanceId=early,
            Items=[item(content=[], Context={"ExecutionId": "x"})])
    for type in ("AWS:Application", "AWS:ComplianceItem", "AWS:Network"):
        refused("InvalidTypeNameException", ask, InstanceId=early, Items=[item(type, content=[])])
    refused("InvalidInstanceId", ask, InstanceId=NODES["us-east-1-early"], Items=[item(content=[])])
    for wrong in (dict(SchemaVersion="1"), dict(CaptureTime="2026-06-16 02:00:00Z"),
                  dict(CaptureTime="2026-13-16T02:00:00Z"), dict(ContentHash="x" * 257)):
        refused("ValidationException", ask, InstanceId=early, Items=[{**item(content=[]), **wrong}])
    refused("ValidationException", ask, InstanceId=early, Items=[item("Other:Type", content=[])])
    many = [{"name": str(number), "text": "x" * 60} for number in range(2_000)]
    put(early, item("Custom:Many", content=many))
    found = frankfurt.list_inventory_entries(InstanceId=early, TypeName="Custom:Many", MaxResults=50)
    expect(found["Entries"][49]["name"] == "49" and "NextToken" in found, found)
    refused("ItemSizeLimitExceededException", ask, InstanceId=early, Items=[item("Custom:Large", content=[
        {"text": "x" * 4_000}] * 60)])
    refused("InvalidItemContentException", ask, InstanceId=early, Items=[item("Custom:Wide", content=[
        {f"a{number}": "" for number in range(51)}])])
    for number in range(6):
        put(late, item(f"Custom:Part{number}", content=[{"text": "x" * 4_000}] * 40))
    refused("TotalSizeLimitExceededException", ask, InstanceId=late, Items=[item("Custom:Part6", content=[
        {"text": "x" * 4_000}] * 40)])
    expect(entries(late, "Custom:Part6") == [], "nothing of it")
    put(fresh, *[item(f"Custom:T{number}", content=[{"a": "1"}]) for number in range(20)])
    refused("CustomSchemaCountLimitExceededException", ask, InstanceId=fresh, Items=[
        item("Custom:T0", content=[{"a": "2"}]), item("Custom:T20", content=[])])
    expect(entries(fresh, "Custom:T0") == [{"a": "1"}], "all or nothing")
    refused("AccessDeniedException", reader.put_inventory, InstanceId=early, Items=[item(content=[])])
    refused("InvalidInstanceId", limited.put_inventory, InstanceId=early, Items=[item(content=[])])
    put(main, item(content=[{"Row": "9"}]), ssm=limited)


def report(id, status="NON_COMPLIANT", severity="HIGH", **more):
    return {"Id": id, "Status": status, "Severity": severity, **more}


def comply(node, *items, type="Custom:Antivirus", ssm=frankfurt, **more):
    return ssm.put_compliance_items(
        ResourceId=node, ResourceType="ManagedInstance", ComplianceType=type, Items=list(items),
        ExecutionSummary={"ExecutionTime": datetime.datetime(2026, 6, 16, 2, tzinfo=datetime.timezone.utc),
                          "ExecutionId": "run-7", "ExecutionType": "Scanner"}, **more)


def listed(node, *filters, ssm=frankfurt):
    return every("list_compliance_items", "ComplianceItems", ssm=ssm, ResourceIds=[node],
                 ResourceTypes=["ManagedInstance"],
                 Filters=[{"Key": key, "Type": type, "Values": [value]} for key, type, value in filters])[0]


CUSTOM = ("ComplianceType", "BEGIN_WITH", "Custom:")


def compliance():
    comply(early, report("eicar", Title="found", Details={"file": "/tmp/x"}), report("b", "COMPLIANT", "LOW"),
           ItemContentHash="one")
    found = listed(early, CUSTOM)
    expect([(entry["Id"], entry["Status"], entry["Severity"]) for entry in found] == [
        ("eicar", "NON_COMPLIANT", "HIGH"), ("b", "COMPLIANT", "LOW")], found)
    expect(found[0]["Details"] == {"file": "/tmp/x"} and found[0]["Title"] == "found", found[0])
    expect(found[0]["ExecutionSummary"]["ExecutionId"] == "run-7", found[0])
    expect(len(listed(early)) == 2 + 7 and len(listed(early, ("Status", "EQUAL", "COMPLIANT"))) == 1 + 5, "beside patches")
    expect(len(listed(early, ("ComplianceType", "EQUAL", "Patch"))) == 7, "patches alone")
    page = frankfurt.list_compliance_items(ResourceIds=[early], ResourceTypes=["ManagedInstance"], MaxResults=4)
    expect(len(page["ComplianceItems"]) == 4 and "NextToken" in page, page)
    comply(early, report("other"), ItemContentHash="one")
    expect(len(listed(early, CUSTOM)) == 2, "the hash says that it is the same")
    comply(early, report("b", "NON_COMPLIANT", "CRITICAL"), report("c"), UploadType="PARTIAL")
    expect([entry["Id"] for entry in listed(early, CUSTOM)] == ["eicar", "b", "c"], "a part")
    comply(early, report("c", severity="CRITICAL"), report("d", "COMPLIANT"), UploadType="COMPLETE")
    expect([entry["Id"] for entry in listed(early, CUSTOM)] == ["c", "d"], "all of it")
    comply(early, report("x", "COMPLIANT", "MEDIUM"), type="Custom:Firewall")
    comply(fresh, report("x", "COMPLIANT", "MEDIUM"), type="Custom:Firewall")
    for size in (1, 2, 50):
        nodes, _ = every("list_resource_compliance_summaries", "ResourceComplianceSummaryItems", size=size)
        found = sorted((entry["ResourceId"], entry["ComplianceType"]) for entry in nodes)
        expect(found == sorted([(early, "Custom:Antivirus"), (early, "Custom:Firewall"), (fresh, "Custom:Firewall"),
                                (early, "Patch"), (main, "Patch"), (late, "Patch")]), (size, found))
    one = next(entry for entry in nodes if entry["ComplianceType"] == "Custom:Antivirus")
    expect(one["Status"] == "NON_COMPLIANT" and one["OverallSeverity"] == "CRITICAL", one)
    expect(one["NonCompliantSummary"]["NonCompliantCount"] == 1 == one["CompliantSummary"]["CompliantCount"], one)
    summaries = frankfurt.list_compliance_summaries()["ComplianceSummaryItems"]
    counts = {entry["ComplianceType"]: (entry["CompliantSummary"]["CompliantCount"],
                                        entry["NonCompliantSummary"]["NonCompliantCount"]) for entry in summaries}
    expect(counts == {"Custom:Antivirus": (0, 1), "Custom:Firewall": (2, 0), "Patch": (0, 3)}, counts)
    page = frankfurt.list_compliance_summaries(MaxResults=2)
    rest = frankfurt.list_compliance_summaries(MaxResults=2, NextToken=page["NextToken"])
    expect([entry["ComplianceType"] for entry in rest["ComplianceSummaryItems"]] == ["Patch"], rest)
    only = [{"Key": "ComplianceType", "Values": ["Custom:Firewall"]}]
    expect(len(frankfurt.list_compliance_summaries(Filters=only)["ComplianceSummaryItems"]) == 1, "by the type")
    expect(limited.list_compliance_summaries()["ComplianceSummaryItems"][0]["ComplianceType"] == "Patch", "its own")

    refused("ValidationException", comply, node=early, type="Patch")
    refused("ValidationException", comply, node=early, type="Custom:x")
    refused("InvalidItemContentException", lambda: comply(early, report("a"), report("a")))
    refused("ItemSizeLimitExceededException", lambda: comply(early, report("a", Details={
        f"a{number}": "x" * 4_000 for number in range(5)})))
    refused("TotalSizeLimitExceededException", lambda: [comply(late, *[
        report(f"{number}", Details={"a": "x" * 4_000}) for number in range(200)], type=f"Custom:Large{part}")
        for part in range(2)])
    refused("ComplianceTypeCountLimitExceededException", lambda: [
        comply(main, report("a"), type=f"Custom:Type{number}") for number in range(21)])
    refused("ValidationException", lambda: comply(early, {"Status": "COMPLIANT", "Severity": "BAD"}))
    arguments = dict(ComplianceType="Custom:Antivirus", Items=[],
                     ExecutionSummary={"ExecutionTime": datetime.datetime(2026, 6, 16)})
    refused("InvalidResourceType", frankfurt.put_compliance_items, ResourceId=early, ResourceType="Bucket", **arguments)
    refused("InvalidResourceId", virginia.put_compliance_items, ResourceId=early, ResourceType="ManagedInstance",
            **arguments)
    refused("AccessDeniedException", reader.put_compliance_items, ResourceId=early, ResourceType="ManagedInstance",
            **arguments)


def gone():
    """It goes with the node."""
    frankfurt.deregister_managed_instance(InstanceId=early)
    refused("InvalidInstanceId", frankfurt.list_inventory_entries, InstanceId=early, TypeName=RACK)
    refused("InvalidInstanceId", frankfurt.put_inventory, InstanceId=early, Items=[item(content=[])])
    types = {entry["ComplianceType"] for entry in frankfurt.list_compliance_summaries()["ComplianceSummaryItems"]}
    expect("Custom:Antivirus" not in types, types)


told()
inventory()
refusals()
compliance()
gone()
expect({"PutInventory", "GetInventory", "ListInventoryEntries", "GetInventorySchema", "PutComplianceItems"} <= checked,
       sorted(checked))
