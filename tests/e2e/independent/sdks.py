"""Holds request bodies against the types of the vendors' own SDKs.

Reads lines of JSON, {"api", "body"}, and prints a line for each body that its SDK's types do not have:
an unknown key, a missing one, or a value of another type.
"""

import json
import sys
import typing

from pydantic import ConfigDict, TypeAdapter, ValidationError
from typing_extensions import is_typeddict


def forbid_unknown(kind, seen):
    """Has every TypedDict that a type is made of refuse keys that it does not have."""
    if id(kind) in seen:
        return
    seen.add(id(kind))
    if is_typeddict(kind):
        kind.__pydantic_config__ = ConfigDict(extra="forbid", arbitrary_types_allowed=True)
        for inner in typing.get_type_hints(kind).values():
            forbid_unknown(inner, seen)
    for inner in typing.get_args(kind):
        if not isinstance(inner, str):
            forbid_unknown(inner, seen)


def consume(value):
    """Iterables are checked while they are read."""
    if isinstance(value, dict):
        for inner in value.values():
            consume(inner)
    elif not isinstance(value, (str, bytes)) and hasattr(value, "__iter__"):
        for inner in value:
            consume(inner)


def adapter(kind):
    forbid_unknown(kind, set())
    return TypeAdapter(kind)


def anthropic_messages():
    from anthropic.types import message_create_params as params

    return adapter(params.MessageCreateParamsNonStreaming), adapter(
        params.MessageCreateParamsStreaming
    )


def openai_responses():
    from openai.types.responses import response_create_params as params

    return adapter(params.ResponseCreateParamsNonStreaming), adapter(
        params.ResponseCreateParamsStreaming
    )


def given_back(body):
    """Fills in what the type of an answer has and the API does not ask for when it is given back:
    OpenAI's own Codex sends neither."""
    for item in body.get("input", []):
        if item.get("type") == "message" and item.get("role") == "assistant":
            item.setdefault("id", "msg_1")
            item.setdefault("status", "completed")
            for part in item["content"]:
                if part.get("type") == "output_text":
                    part.setdefault("annotations", [])
    return body


def openai_completions():
    from openai.types.chat import completion_create_params as params

    return adapter(params.CompletionCreateParamsNonStreaming), adapter(
        params.CompletionCreateParamsStreaming
    )


def google():
    """The types are of the SDK's own spelling; a body is of the API's, which they take by alias."""
    from google.genai import types

    def check(body):
        known = {"contents", "systemInstruction", "tools", "toolConfig", "generationConfig", "safetySettings"}
        unknown = set(body) - known
        if unknown:
            raise ValueError(f"unknown keys {sorted(unknown)}")
        for content in body["contents"]:
            types.Content.model_validate(content)
        if "systemInstruction" in body:
            types.Content.model_validate(body["systemInstruction"])
        for tool in body.get("tools", []):
            types.Tool.model_validate(tool)
        if "toolConfig" in body:
            types.ToolConfig.model_validate(body["toolConfig"])
        types.GenerationConfig.model_validate(body.get("generationConfig", {}))

    return check


MAKERS = {
    "anthropic-messages": anthropic_messages,
    "openai-responses": openai_responses,
    "openai-completions": openai_completions,
    "google-generative-ai": google,
}


def main():
    made = {}
    for line in sys.stdin:
        case = json.loads(line)
        api, body = case["api"], case["body"]
        if api not in made:
            made[api] = MAKERS[api]()
        try:
            if callable(made[api]):
                made[api](body)
            else:
                whole, streamed = made[api]
                chosen = streamed if body.get("stream") else whole
                if api == "openai-responses":
                    body = given_back(body)
                consume(chosen.validate_python(body))
        except (ValidationError, ValueError) as error:
            print(f"{api}: {str(error)[:6000]}\n  in {json.dumps(body)[:2000]}\n\x01", end="")


main()
