"""Activations, the nodes that they register and their tags, as boto3 asks for them; and who asks."""

import datetime
import json
import os
import re

import boto3
import botocore.config

from model import checked, client, expect, refused

ssm = client("Frankfurt")
NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)


def listed(**arguments):
    """All pages, and how many there were."""
    pages = list(ssm.get_paginator("describe_activations").paginate(**arguments))
    return sum((page["ActivationList"] for page in pages), []), len(pages)


def one(id):
    found, _ = listed(Filters=[{"FilterKey": "ActivationIds", "FilterValues": [id]}])
    expect([item["ActivationId"] for item in found] == [id], (id, found))
    return found[0]


def make():
    """An activation from its creation to its end, and one that a host may enrol with."""
    expires = NOW + datetime.timedelta(days=3)
    tags = [{"Key": "Owner", "Value": "shop"}, {"Key": "Patch Group", "Value": "Debian12-early"}]
    asked = dict(
        Description="hosts of the shop", DefaultInstanceName="shop", IamRole="service-role/Patched", RegistrationLimit=2,
        ExpirationDate=expires, Tags=tags,
    )
    made = ssm.create_activation(**asked)
    id, code = made["ActivationId"], made["ActivationCode"]
    expect(re.fullmatch("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", id) and 20 <= len(code) <= 250, id)
    shown = one(id)
    for name, value in asked.items():
        expect(shown[name] == value, (name, shown[name]))
    expect(shown["RegistrationsCount"] == 0 and shown["Expired"] is False, shown)
    expect(abs((shown["CreatedDate"] - NOW).total_seconds()) < 900, shown)
    plain = ssm.create_activation(IamRole="Other")
    expect(plain["ActivationId"] != id and plain["ActivationCode"] != code, "each has a code of its own")
    standard = one(plain["ActivationId"])
    expect(standard["RegistrationLimit"] == 1 and standard["Tags"] == [], standard)
    hours = (standard["ExpirationDate"] - standard["CreatedDate"]).total_seconds() / 3600
    expect(23.9 < hours < 24.1, hours)
    for wrong in [
        dict(ExpirationDate=NOW - datetime.timedelta(days=1)), dict(ExpirationDate=NOW + datetime.timedelta(days=31)),
        dict(Tags=[{"Key": "Patch Group", "Value": "a"}, {"Key": "PatchGroup", "Value": "b"}]),
        dict(Tags=[{"Key": "PatchGroup", "Value": "no blanks"}]),
        dict(Tags=[{"Key": "Owner", "Value": "a"}, {"Key": "Owner", "Value": "b"}]),
        dict(Tags=[{"Key": f"k{number}", "Value": ""} for number in range(51)]),
    ]:
        refused("ValidationException", ssm.create_activation, IamRole="Other", **wrong)
    pages(id, plain["ActivationId"])
    ssm.delete_activation(ActivationId=plain["ActivationId"])
    expect(listed(Filters=[{"FilterKey": "IamRole", "FilterValues": ["Other"]}])[0] == [], "it is gone")
    refused("InvalidActivation", ssm.delete_activation, ActivationId=plain["ActivationId"])
    refused("InvalidActivation", client("us-east-1").delete_activation, ActivationId=id)
    refused("InvalidActivation", ssm.delete_activation, ActivationId="00000000-0000-0000-0000-000000000000")
    refused("ValidationException", ssm.delete_activation, ActivationId="act-0011223344556677")
    print(json.dumps({"id": id, "code": code}))


def pages(id, plain):
    more = [ssm.create_activation(IamRole="Paged", Description=str(number))["ActivationId"] for number in range(3)]
    found, count = listed(PaginationConfig={"PageSize": 2})
    ids = [item["ActivationId"] for item in found]
    expect(ids == sorted([id, plain] + more) and count == 3, (ids, count))
    found, count = listed(
        Filters=[{"FilterKey": "ActivationIds", "FilterValues": more}], PaginationConfig={"PageSize": 2}
    )
    expect([item["ActivationId"] for item in found] == sorted(more) and count == 2, (found, count))
    found, _ = listed(Filters=[
        {"FilterKey": "IamRole", "FilterValues": ["Paged", "Nobody"]},
        {"FilterKey": "DefaultInstanceName", "FilterValues": ["shop"]},
    ])
    expect(found == [], "filters must all hold")
    found, _ = listed(Filters=[{"FilterKey": "DefaultInstanceName", "FilterValues": ["shop"]}])
    expect([item["ActivationId"] for item in found] == [id], found)
    expect(client("us-east-1").describe_activations()["ActivationList"] == [], "none of another region")
    refused("InvalidNextToken", ssm.describe_activations, NextToken="x")
    for made in more:
        ssm.delete_activation(ActivationId=made)


def information(*filters):
    entries = [{"Key": key, "Values": values} for key, values in filters]
    return ssm.describe_instance_information(Filters=entries)["InstanceInformationList"]


def nodes():
    """A node that an activation has registered, until it is deregistered."""
    id, node = os.environ["ACTIVATION"], os.environ["NODE"]
    expect(one(id)["RegistrationsCount"] == 1, "it is used once")
    shown = information(("ActivationIds", [id]))[0]
    expect((shown["InstanceId"], shown["Name"], shown["IamRole"]) == (node, "shop", "service-role/Patched"), shown)
    expect(shown["ComputerName"] == "Frankfurt-shop", shown)
    for key, value in [("tag:Owner", "shop"), ("tag-key", "Owner"), ("tag:PatchGroup", "Debian12-early"),
                       ("tag:Patch Group", "Debian12-early"), ("IamRole", "service-role/Patched")]:
        expect([item["InstanceId"] for item in information((key, [value]))] == [node], key)
    expect(information(("tag:Owner", ["bank"])) == [] and information(("tag:Nothing", ["bank"])) == [], "other tags")
    resource = dict(ResourceType="ManagedInstance", ResourceId=node)

    def tags():
        return {tag["Key"]: tag["Value"] for tag in ssm.list_tags_for_resource(**resource)["TagList"]}

    def change(add={}, remove=[]):
        if add:
            ssm.add_tags_to_resource(**resource, Tags=[{"Key": key, "Value": value} for key, value in add.items()])
        if remove:
            ssm.remove_tags_from_resource(**resource, TagKeys=remove)
        return tags()

    expect(tags() == {"Owner": "shop", "Patch Group": "Debian12-early"}, tags())
    expect(change({"Owner": "bank", "Stage": ""}) == {"Owner": "bank", "Stage": "", "Patch Group": "Debian12-early"}, tags())
    # The tag of the patch group is the patch group, under either name.
    expect(change({"PatchGroup": "Debian12-main"}) == {"Owner": "bank", "Stage": "", "PatchGroup": "Debian12-main"}, tags())
    expect([item["InstanceId"] for item in information(("tag:Patch Group", ["Debian12-main"]))] == [node], "it moved")
    expect(information(("tag:Patch Group", ["Debian12-early"])) == [], "from there")
    expect(change(remove=["PatchGroup", "Stage", "Nothing"]) == {"Owner": "bank"}, tags())
    expect(information(("tag-key", ["Patch Group"])) == [], "a node without the tag is in the group default")
    expect(change({"Patch Group": "Debian12-late"})["Patch Group"] == "Debian12-late", tags())
    for wrong in [{"Patch Group": "no blanks"}, {"Patch Group": "a", "PatchGroup": "b"}, {"Patch Group": ""}]:
        refused("ValidationException", change, add=wrong)
    refused("TooManyTagsError", change, add={f"k{number}": "v" for number in range(50)})
    refused("InvalidResourceId", client("us-east-1").list_tags_for_resource, **resource)
    refused("InvalidResourceId", ssm.add_tags_to_resource, ResourceType="ManagedInstance", ResourceId="mi-0",
            Tags=[{"Key": "a", "Value": "b"}])
    roles(resource)
    ssm.update_managed_instance_role(InstanceId=node, IamRole="Another")
    expect(information(("InstanceIds", [node]))[0]["IamRole"] == "Another", "its role")
    nothing = "mi-00000000000000000"
    refused("InvalidInstanceId", ssm.update_managed_instance_role, InstanceId=nothing, IamRole="Another")
    ssm.delete_activation(ActivationId=id)
    expect(information(("InstanceIds", [node]))[0]["ActivationId"] == id, "it stays registered")
    ssm.deregister_managed_instance(InstanceId=node)
    expect(information() == [], "it is gone")
    refused("InvalidInstanceId", ssm.deregister_managed_instance, InstanceId=node)
    refused("InvalidResourceId", ssm.list_tags_for_resource, **resource)


def roles(resource):
    """A key may do what its roles may, on the part of the fleet that is its."""
    def of(name):
        return client("Frankfurt", aws_access_key_id=os.environ[name + "_ID"],
                      aws_secret_access_key=os.environ[name + "_SECRET"])

    expect(len(of("VIEWER").list_tags_for_resource(**resource)["TagList"]) == 2, "a viewer sees")
    added = dict(resource, Tags=[{"Key": "Owner", "Value": "viewer"}])
    for call, arguments in [("add_tags_to_resource", added), ("create_activation", dict(IamRole="x")),
                            ("deregister_managed_instance", dict(InstanceId=resource["ResourceId"]))]:
        message = refused("AccessDeniedException", getattr(of("VIEWER"), call), **arguments)
        expect("enrol" in message, message)
    late = of("LATE")
    group = lambda name: [{"Key": "Patch Group", "Value": name}]
    refused("AccessDeniedException", late.create_activation, IamRole="x")
    refused("AccessDeniedException", late.create_activation, IamRole="x", Tags=group("Debian12-early"))
    made = late.create_activation(IamRole="x", Tags=group("Debian12-late"))["ActivationId"]
    refused("AccessDeniedException", late.add_tags_to_resource, **resource, Tags=group("Debian12-early"))
    late.add_tags_to_resource(**resource, Tags=[{"Key": "Late", "Value": "yes"}])
    expect([item["ActivationId"] for item in late.describe_activations()["ActivationList"]] == [made], "its own alone")
    late.delete_activation(ActivationId=made)


def identity():
    """What Terraform's provider asks before it does anything."""
    def sts(**options):
        return boto3.client("sts", endpoint_url=os.environ["DOOR"], region_name="Frankfurt",
                            config=botocore.config.Config(retries={"total_max_attempts": 1}), **options)

    found = sts().get_caller_identity()
    expect(found["Account"] == "000000000000", found)
    expect(found["Arn"] == "arn:aws:iam::000000000000:user/terraform" and found["UserId"], found)
    refused("SignatureDoesNotMatch", sts(aws_secret_access_key="wrong", aws_access_key_id=os.environ["AWS_ACCESS_KEY_ID"])
            .get_caller_identity)
    refused("InvalidClientTokenId", sts(aws_secret_access_key="x", aws_access_key_id="RMAK0123456789ABCDEF")
            .get_caller_identity)
    refused("InvalidAction", sts().get_session_token)


{"make": make, "nodes": nodes, "identity": identity}[os.environ["PHASE"]]()
