"""What is not let, in AWS's codes."""

import datetime
import json
import os
import time
import urllib.error
import urllib.request

import botocore.auth
import botocore.awsrequest
import botocore.credentials

from model import client, expect, refused

DOOR = os.environ["DOOR"]
KEYS = json.loads(os.environ["KEYS"])
HEADERS = {"Content-Type": "application/x-amz-json-1.1"}


def signed(target, body, region="us-east-1", service="ssm", key="operator", seconds=0):
    identity = KEYS[key]
    made = botocore.awsrequest.AWSRequest(
        "POST", DOOR + "/", data=body, headers={**HEADERS, "X-Amz-Target": f"AmazonSSM.{target}"}
    )
    credentials = botocore.credentials.Credentials(identity["id"], identity["secret"])
    signer = botocore.auth.SigV4Auth(credentials, service, region)
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    made.context["timestamp"] = moment.strftime("%Y%m%dT%H%M%SZ")
    if "X-Amz-Date" in made.headers:
        del made.headers["X-Amz-Date"]
    made.headers["X-Amz-Date"] = made.context["timestamp"]
    made.headers["Host"] = DOOR.split("//")[1]
    canonical = signer.canonical_request(made)
    text = signer.string_to_sign(made, canonical)
    signer._inject_signature_to_request(made, signer.signature(text, made))
    return dict(made.headers.items())


def send(headers, body):
    """The status and the answer."""
    request = urllib.request.Request(DOOR + "/", data=body, headers=headers, method="POST")
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, json.loads(response.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def fails(code, headers, body, status=400):
    found, answer = send(headers, body)
    expect((found, answer["__type"]) == (status, code), (code, found, answer))
    expect(answer.get("message") == answer.get("Message"), answer)
    return answer.get("message", "")


def signatures():
    body = b"{}"
    target = {**HEADERS, "X-Amz-Target": "AmazonSSM.DescribePatchBaselines"}
    expect(send(signed("DescribePatchBaselines", body), body)[0] == 200, "a request as it should be")
    fails("MissingAuthenticationTokenException", target, body)
    fails("IncompleteSignatureException", {**target, "Authorization": "Bearer rm_0"}, body)
    whole = signed("DescribePatchBaselines", body)
    fails("InvalidSignatureException", {**whole, "X-Amz-Target": "AmazonSSM.DescribePatchGroups"}, body)
    fails("InvalidSignatureException", whole, b'{"MaxResults":1}')
    fails("UnrecognizedClientException", signed("DescribePatchBaselines", body, key="unknown"), body)
    fails("InvalidSignatureException", signed("DescribePatchBaselines", body, key="mistaken"), body)
    message = fails("InvalidSignatureException", signed("DescribePatchBaselines", body, region="us-west-2"), body)
    expect(message == "Credential should be scoped to a valid region. ", message)
    message = fails("InvalidSignatureException", signed("DescribePatchBaselines", body, service="s3"), body)
    expect("correct service: 'ssm'" in message, message)
    for seconds, words in [(-1000, "Signature expired: "), (1000, "Signature not yet current: ")]:
        message = fails("InvalidSignatureException", signed("DescribePatchBaselines", body, seconds=seconds), body)
        expect(message.startswith(words) and "15 min.)" in message, message)


def replays():
    """A change is made once for each signature; a question may be asked again."""
    body = json.dumps({"Name": "replayed", "OperatingSystem": "UBUNTU"}).encode()
    once = signed("CreatePatchBaseline", body)
    made = send(once, body)
    expect(made[0] == 200, made)
    expect(send(once, body) == made, "a tool that asks again at once gets the same answer")
    # Longer than answers are kept for.
    time.sleep(3)
    fails("InvalidSignatureException", once, body)
    question = signed("DescribePatchBaselines", b"{}")
    expect([send(question, b"{}")[0] for _ in range(2)] == [200, 200], "asked twice")
    client().delete_patch_baseline(BaselineId=made[1]["BaselineId"])


def forms():
    for target in ["SendAutomationSignal", "describepatchbaselines", "", "X" * 5000]:
        fails("UnknownOperationException", signed(target, b"{}"), b"{}")
    for body in [b"", b"nothing", b"[]", b'{"MaxResults":"1"}', b'{"MaxResults":1.5}', b'{"Filters":{}}', b"\xff"]:
        fails("SerializationException", signed("DescribePatchBaselines", body), body)
    # A name in the wrong case must not get past the bounds.
    for operation in ["DescribePatchBaselines", "DescribeInstanceInformation"]:
        for body in [b'{"maxResults":-1}', b'{"maxResults":0}']:
            fails("SerializationException", signed(operation, body), body)
    deep = b'{"Filters":' + b"[" * 100_000
    fails("SerializationException", signed("DescribePatchBaselines", deep), deep)
    large = b" " * ((1 << 20) + 1)
    fails("RequestEntityTooLargeException", signed("DescribePatchBaselines", large), large, status=413)
    body = json.dumps({"Name": "é", "OperatingSystem": "BEOS", "ApprovedPatches": [""] * 2, "Sources": [{}]}).encode()
    message = fails("ValidationException", signed("CreatePatchBaseline", body), body)
    for text in [
        "8 validation errors detected: ",
        "Value 'é' at 'name' failed to satisfy constraint: Member must have length greater than or equal to 3",
        r"Member must satisfy regular expression pattern: ^[a-zA-Z0-9_\-.]{3,128}$",
        "Value 'BEOS' at 'operatingSystem' failed to satisfy constraint: Member must satisfy enum value set: [WINDOWS, ",
        "at 'approvedPatches.2.member' failed",
        "Value null at 'sources.1.member.configuration' failed to satisfy constraint: Member must not be null",
    ]:
        expect(text in message, (text, message))
    body = b'{"ResourceIds":["mi-0\\u0000"],"ResourceTypes":["ManagedInstance"]}'
    fails("ValidationException", signed("ListComplianceItems", body), body)
    for token in ["x", "MS9PdGhlci9h"]:
        refused("ValidationException", client().describe_patch_baselines, NextToken=token)
        refused("InvalidNextToken", client().describe_instance_information, NextToken=token)
    message = refused(
        "ValidationException",
        client().create_patch_baseline,
        Name="web",
        OperatingSystem="UBUNTU",
        GlobalFilters={"PatchFilters": [{"Key": "MSRC_SEVERITY", "Values": ["Critical"]}]},
    )
    expect("MSRC_SEVERITY" in message, message)


def roles():
    """A key may do what its roles may, and no more."""
    def of(name, region="us-east-1"):
        return client(region, aws_access_key_id=KEYS[name]["id"], aws_secret_access_key=KEYS[name]["secret"])

    expect(of("viewer").describe_patch_baselines()["BaselineIdentities"], "a viewer sees")
    message = refused("AccessDeniedException", of("viewer").create_patch_baseline, Name="web", OperatingSystem="UBUNTU")
    expect("is not authorized to perform: ssm:CreatePatchBaseline" in message, message)
    expect("change-policy" in message, message)
    refused("AccessDeniedException", of("limited").create_patch_baseline, Name="web", OperatingSystem="UBUNTU")
    refused("UnrecognizedClientException", of("revoked").describe_patch_baselines)


signatures()
replays()
forms()
roles()
