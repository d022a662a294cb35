"""Holds every answer to botocore's own model of SSM, and gives the tests a client that does."""

import json
import os
import re

import boto3
import botocore.config
import botocore.exceptions

# What AWS answers, too, and its model does not have.
UNMODELLED = {
    "AccessDeniedException",
    "IncompleteSignatureException",
    "InvalidSignatureException",
    "MissingAuthenticationTokenException",
    "SerializationException",
    "ServiceUnavailableException",
    "ThrottlingException",
    "UnknownOperationException",
    "UnrecognizedClientException",
    "ValidationException",
}

# At most 5, says the model, of pages that hold 10 at least.
UNBOUNDED = {"InstancePatchStatesList"}

# At least 1, says the model, of what nobody has used yet.
COUNTED_FROM_NOTHING = {"RegistrationsCount"}

# SSM answers these words, and its model has others (ssm-semantics §4.1).
CAMEL_CASE = {"PatchComplianceDataState"}

# SSM answers milliseconds, durations and nothing (ssm-semantics §0), and its model has another pattern.
TIMES = {"StringDateTime": r"^$|^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$|^PT\d+\.\d{3}S$"}

checked = set()


def expect(condition, what):
    """An assertion that python -O does not leave out."""
    if not condition:
        raise AssertionError(what)


def problems(shape, value, path):
    """What is wrong with a value of JSON, by the model."""
    kind = shape.type_name
    meta = shape.metadata
    if kind == "structure":
        if not isinstance(value, dict):
            return [f"{path} is no structure: {value!r}"]
        found = [f"{path}.{name} is missing" for name in shape.required_members if name not in value]
        for name, member in value.items():
            if name not in shape.members:
                found.append(f"{path}.{name} is not in the model")
            else:
                found += problems(shape.members[name], member, f"{path}.{name}")
        return found
    if kind == "list":
        if not isinstance(value, list):
            return [f"{path} is no list: {value!r}"]
        found = [] if shape.name in UNBOUNDED else bounds(len(value), meta, path)
        for index, member in enumerate(value):
            found += problems(shape.member, member, f"{path}[{index}]")
        return found
    if kind == "map":
        if not isinstance(value, dict):
            return [f"{path} is no map: {value!r}"]
        found = bounds(len(value), meta, path)
        for key, member in value.items():
            found += problems(shape.key, key, f"{path} key") + problems(shape.value, member, f"{path}.{key}")
        return found
    if kind == "string":
        if not isinstance(value, str):
            return [f"{path} is no string: {value!r}"]
        if shape.enum and shape.name not in CAMEL_CASE and value not in shape.enum:
            return [f"{path} is none of the model's words: {value!r}"]
        pattern = TIMES.get(shape.name) or meta.get("pattern", "").replace("\\p{L}\\p{Z}\\p{N}", r"\w\s")
        if pattern and not re.search(pattern, value):
            return [f"{path} does not match {pattern}: {value!r}"]
        return bounds(len(value), meta, path)
    if kind in ("integer", "long"):
        if not isinstance(value, int) or isinstance(value, bool):
            return [f"{path} is no integer: {value!r}"]
        if shape.name in COUNTED_FROM_NOTHING and value == 0:
            return []
        return bounds(value, meta, path)
    if kind == "boolean":
        return [] if isinstance(value, bool) else [f"{path} is no boolean: {value!r}"]
    if kind == "timestamp":
        isNumber = isinstance(value, (int, float)) and not isinstance(value, bool)
        return [] if isNumber else [f"{path} is no time: {value!r}"]
    return [f"{path} is of the kind {kind}, which this check does not know"]


def bounds(number, meta, path):
    found = []
    if "min" in meta and number < meta["min"]:
        found.append(f"{path} is below {meta['min']}: {number}")
    if "max" in meta and number > meta["max"]:
        found.append(f"{path} is above {meta['max']}: {number}")
    return found


def check(operation_model, response_dict, **_):
    """Runs on each answer before botocore reads it, which forgives much."""
    name = operation_model.name
    headers = {key.lower(): value for key, value in response_dict["headers"].items()}
    expect(headers["content-type"] == "application/x-amz-json-1.1", f"{name}: {headers}")
    expect(re.fullmatch("[0-9a-f-]{36}", headers["x-amzn-requestid"]), f"{name}: {headers}")
    body = json.loads(response_dict["body"])
    if response_dict["status_code"] >= 300:
        modelled = {shape.name for shape in operation_model.error_shapes}
        expect(body["__type"] in modelled | UNMODELLED, f"{name} answered {body}")
        return
    shape = operation_model.output_shape
    found = problems(shape, body, name) if shape is not None else [f"{name}: {body}"] if body else []
    expect(not found, "\n".join(found))
    checked.add(name)


def client(region="us-east-1", **options):
    made = boto3.client(
        "ssm",
        endpoint_url=os.environ["DOOR"],
        region_name=region,
        config=botocore.config.Config(retries={"total_max_attempts": 1}),
        **options,
    )
    made.meta.events.register("before-parse.ssm.*", check)
    return made


def key(name, region="Frankfurt"):
    """A client with another access key of the environment."""
    return client(region, aws_access_key_id=os.environ[f"{name}_ID"], aws_secret_access_key=os.environ[f"{name}_SECRET"])


def refused(code, call, **arguments):
    """The message of the error, which has that code."""
    try:
        call(**arguments)
    except botocore.exceptions.ClientError as error:
        found = error.response["Error"]
        expect(found["Code"] == code, f"expected {code}, found {found}")
        return found.get("Message", "")
    raise AssertionError(f"expected {code}, and it was let")
