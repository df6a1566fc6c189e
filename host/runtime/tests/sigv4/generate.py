#!/usr/bin/env python3
"""Writes cases.json: requests as botocore signs them at a fixed time.

    python3 host/runtime/tests/sigv4/generate.py    (with botocore from PyPI)

What is signed is what Bedrock and STS are asked: model ids with colons and slashes, session tokens,
queries, unicode, odd values of headers. The keys are the examples of AWS's documentation.
"""

import datetime
import json
import pathlib
from urllib.parse import quote, urlsplit

import botocore
import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

KEY = ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
OTHER = ("ASIAIOSFODNN7EXAMPLE", "/+secret+key/with==signs+and/slashes+40x")
TOKEN = "IQoJb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJHMEUCIQDx+/abc=="
JSON = "application/json"
FORM = "application/x-www-form-urlencoded; charset=utf-8"
TIMES = ["2026-11-22T12:00:00", "2026-01-01T00:00:00", "2024-02-29T23:59:59"]

MODELS = [
    "amazon.nova-micro-v1:0",
    "anthropic.claude-3-haiku-20240307-v1:0",
    "us.anthropic.claude-haiku-4-5-20251001-v1:0",
    "global.anthropic.claude-opus-5",
    "deepseek.v3.2",
    "meta.llama3-1-8b-instruct-v1:0:128k",
    "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-lite-v1:0",
    "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/a1b2c3d4e5f6",
    "arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:provisioned-model/x~y_z-1.2",
    "möbius 模型+100%",
]


def runtime(region):
    return f"https://bedrock-runtime.{region}.amazonaws.com"


def control(region):
    return f"https://bedrock.{region}.amazonaws.com"


def cases():
    regions = ["us-east-1", "eu-central-1", "ap-northeast-1", "us-gov-west-1"]
    body = '{"messages":[{"role":"user","content":[{"text":"Grüße, 世界 🎉"}]}]}'
    for number, model in enumerate(MODELS):
        for operation in ["converse", "converse-stream"]:
            region = regions[number % len(regions)]
            url = f"{runtime(region)}/model/{quote(model, safe='')}/{operation}"
            yield "POST", url, JSON, body, KEY, None, region, "bedrock"
            yield "POST", url, JSON, body, OTHER, TOKEN, region, "bedrock"
    lists = [
        "/foundation-models",
        "/foundation-models?byOutputModality=TEXT&byInferenceType=ON_DEMAND",
        "/inference-profiles",
        "/inference-profiles?maxResults=1000",
        "/inference-profiles?nextToken=a%2Bb%2Fc%3D%3D&maxResults=1000",
        "/inference-profiles?type=SYSTEM_DEFINED&maxResults=9&maxResults=10",
        "/inference-profiles?z=1&a=2&Z=3&A=4&a=1",
        "/inference-profiles?empty=&flag&x=%20",
        "/inference-profiles?n%C3%A4me=w%C3%B6rt&%E4%B8%96=%E7%95%8C",
        "/inference-profiles?a-b=1&a.b=2&a_b=3&a~b=4",
    ]
    for path in lists:
        yield "GET", control("us-west-2") + path, None, "", KEY, None, "us-west-2", "bedrock"
        yield "GET", control("eu-west-3") + path, None, "", OTHER, TOKEN, "eu-west-3", "bedrock"
    bases = [
        "http://127.0.0.1:4010",
        "http://localhost:8080/aws",
        "https://gateway.example.test/a//b/./c/../bedrock",
        "https://gateway.example.test:8443/x%20y/~user",
        "https://bedrock-runtime-fips.us-west-2.amazonaws.com",
        "https://bedrock-runtime.cn-north-1.amazonaws.com.cn",
    ]
    for base in bases:
        url = f"{base}/model/a.b-v1%3A0/converse"
        yield "POST", url, JSON, "{}", KEY, None, "us-west-2", "bedrock"
    form = "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr"
    for keys, token in [(KEY, None), (OTHER, TOKEN)]:
        yield "POST", "https://sts.eu-west-1.amazonaws.com/", FORM, form, keys, token, "eu-west-1", "sts"
        yield "POST", "https://sts.amazonaws.com", FORM, form, keys, token, "us-east-1", "sts"
    for content_type in ["application/json;  charset=UTF-8", " application/json "]:
        url = f"{runtime('us-east-1')}/model/m/converse"
        yield "POST", url, content_type, "{}", KEY, None, "us-east-1", "bedrock"
    yield "GET", "https://bedrock.us-east-1.amazonaws.com", None, "", KEY, None, "us-east-1", "bedrock"
    yield "POST", f"{runtime('us-east-1')}/model/m/converse/", JSON, "", KEY, None, "us-east-1", "bedrock"


def signed(number, case):
    method, url, content_type, body, (key, secret), token, region, service = case
    time = TIMES[number % len(TIMES)]
    now = datetime.datetime.fromisoformat(time).replace(tzinfo=datetime.timezone.utc)
    botocore.auth.get_current_datetime = lambda remove_tzinfo=True: (
        now.replace(tzinfo=None) if remove_tzinfo else now
    )
    headers = {"Content-Type": content_type} if content_type else {}
    request = AWSRequest(method=method, url=url, headers=headers, data=body.encode())
    signer = botocore.auth.SigV4Auth(Credentials(key, secret, token), service, region)
    signer.add_auth(request)
    parts = urlsplit(url)
    assert request.headers["X-Amz-Date"] == now.strftime("%Y%m%dT%H%M%SZ")
    return {
        "method": method,
        "authority": parts.netloc,
        "path": parts.path or "/",
        "query": parts.query or None,
        "content_type": content_type,
        "body": body,
        "access_key_id": key,
        "secret_access_key": secret,
        "session_token": token,
        "region": region,
        "service": service,
        "time": time + "Z",
        "authorization": request.headers["Authorization"],
    }


def main():
    found = [signed(number, case) for number, case in enumerate(cases())]
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in found)
    about = json.dumps(f"botocore {botocore.__version__}")
    path = pathlib.Path(__file__).with_name("cases.json")
    path.write_text(f'{{"by":{about},"cases":[\n{lines}\n]}}\n', encoding="utf-8")
    print(f"{len(found)} cases")


main()
