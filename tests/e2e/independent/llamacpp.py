"""Serves a model of a few kilobytes with llama.cpp's own server, from PyPI's xllamacpp.

usage: llamacpp.py FOLDER

The model is made here, in GGUF's layout (version 3): its weights make it say " ok" for ever, so an
answer ends where its longest is reached. Prints where it listens, and ends with its standard input.
"""

import struct
import sys

WIDTH, HEADS, INNER, WINDOW = 32, 4, 64, 512


def text(value):
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def u32(value):
    return struct.pack("<II", 4, value)


def f32(value):
    return struct.pack("<If", 6, value)


def string(value):
    return struct.pack("<I", 8) + text(value)


def array(kind, packed, count):
    return struct.pack("<IIQ", 9, kind, count) + packed


def gguf():
    tokens = ["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256)] + ["\u2581ok"]
    types = [2, 3, 3] + [6] * 256 + [1]
    facts = {
        "general.architecture": string("llama"),
        "general.name": string("tiny"),
        "llama.context_length": u32(WINDOW),
        "llama.embedding_length": u32(WIDTH),
        "llama.block_count": u32(1),
        "llama.feed_forward_length": u32(INNER),
        "llama.attention.head_count": u32(HEADS),
        "llama.attention.head_count_kv": u32(HEADS),
        "llama.attention.layer_norm_rms_epsilon": f32(1e-5),
        "llama.rope.dimension_count": u32(WIDTH // HEADS),
        "tokenizer.ggml.model": string("llama"),
        "tokenizer.ggml.tokens": array(8, b"".join(map(text, tokens)), len(tokens)),
        "tokenizer.ggml.scores": array(6, struct.pack(f"<{len(tokens)}f", *[0.0] * len(tokens)), len(tokens)),
        "tokenizer.ggml.token_type": array(5, struct.pack(f"<{len(tokens)}i", *types), len(tokens)),
        "tokenizer.ggml.bos_token_id": u32(1),
        "tokenizer.ggml.eos_token_id": u32(2),
        "tokenizer.ggml.unknown_token_id": u32(0),
    }
    square, words = (WIDTH, WIDTH), (WIDTH, len(tokens))
    block = {"attn_norm": (WIDTH,), "attn_q": square, "attn_k": square, "attn_v": square, "attn_output": square,
             "ffn_norm": (WIDTH,), "ffn_gate": (WIDTH, INNER), "ffn_up": (WIDTH, INNER), "ffn_down": (INNER, WIDTH)}
    # Every word is the same, nothing in between changes it, and the last word wins.
    tensors = [("token_embd.weight", words, [1.0] * WIDTH * len(tokens)), ("output_norm.weight", (WIDTH,), [1.0] * WIDTH),
               ("output.weight", words, [0.0] * WIDTH * (len(tokens) - 1) + [1.0] * WIDTH)]
    for name, shape in block.items():
        size = shape[0] * (shape[1] if len(shape) > 1 else 1)
        tensors.append((f"blk.0.{name}.weight", shape, [1.0 if "norm" in name else 0.0] * size))

    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(facts))
    for key, value in facts.items():
        head += text(key) + value
    data = b""
    for name, shape, weights in tensors:
        head += text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, 0, len(data))
        data += struct.pack(f"<{len(weights)}f", *weights)
        data += b"\0" * (-len(data) % 32)
    return head + b"\0" * (-len(head) % 32) + data


def main():
    import xllamacpp

    path = sys.argv[1] + "/tiny.gguf"
    with open(path, "wb") as file:
        file.write(gguf())
    params = xllamacpp.CommonParams()
    params.model.path = path
    params.model_alias = {"tiny"}
    params.hostnames, params.port = ["127.0.0.1"], 0
    params.n_ctx, params.n_parallel, params.warmup = WINDOW, 1, False
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
