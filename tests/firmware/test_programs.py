"""The board's programs compile for both boards, fit into them, and keep within their stack."""

import re
import subprocess
from pathlib import Path
from typing import Final

import pytest

from firmware_bridge.firmware.image import Header
from firmware_bridge.firmware.stack import Graph, Unbounded
from tests.firmware.toolchain import Builder, need

STACK: Final = 2048
RAM: Final = {"lm3s6965evb": 0x9000, "stm32f103": 20 * 1024}


def node(name: str, size: int, kind: str = "static") -> str:
    return f'node: {{ title: "{name}" label: "{name}\\na.c:1:1\\n{size} bytes ({kind})" }}\n'


def edge(caller: str, called: str) -> str:
    return f'edge: {{ sourcename: "{caller}" targetname: "{called}" label: "a.c:1:1" }}\n'


UNSEEN: Final = node("memcpy", 16) + node("memset", 24)


def graph(text: str) -> Graph:
    made = Graph()
    made.add(text + UNSEEN)
    return made


def test_the_deepest_way_is_found() -> None:
    text = node("reset_handler", 8) + node("a", 100) + node("b", 40) + node("c", 80)
    text += edge("reset_handler", "a") + edge("reset_handler", "b") + edge("b", "c")
    assert graph(text).bound() == (8 + 40 + 80 + 24, ("reset_handler", "b", "c"))


UNBOUNDED: Final = [
    ("recursion", node("reset_handler", 8) + node("a", 8) + edge("reset_handler", "a") + edge("a", "a"), "recurses"),
    ("a frame that depends on data", node("reset_handler", 8, "dynamic"), "dynamic"),
    ("through a pointer", node("reset_handler", 8) + edge("reset_handler", "__indirect_call"), "not known"),
]


@pytest.mark.parametrize(
    ("text", "why"), [(text, why) for _, text, why in UNBOUNDED], ids=[row[0] for row in UNBOUNDED]
)
def test_what_has_no_bound_is_told(text: str, why: str) -> None:
    with pytest.raises(Unbounded, match=why):
        graph(text).bound()


def test_the_stack_keeps_within_what_is_set_aside(builder: Builder) -> None:
    need("make", "arm-none-eabi-gcc")
    said = builder.run(builder.make("lm3s6965evb", "stm32f103"), "stack")
    found = re.findall(r"(\w+): .* at most (\d+) of (\d+) bytes: (.*)", said)
    assert [name for name, *_ in found] == ["lm3s6965evb", "stm32f103"]
    for _, bound, reserved, way in found:
        assert 500 < int(bound) <= int(reserved) == STACK
        assert way.startswith("reset_handler > main > app_step > ")


@pytest.mark.parametrize("board", sorted(RAM))
def test_variables_and_stack_fit(builder: Builder, board: str) -> None:
    need("make", "arm-none-eabi-gcc")
    folder = builder.make("lm3s6965evb", "stm32f103") / board
    for program in folder.glob("*.elf"):
        listed = subprocess.run(
            ["arm-none-eabi-size", "-A", program], capture_output=True, text=True, check=True
        ).stdout
        sizes = {name: int(size) for name, size in re.findall(r"^(\.\w+)\s+(\d+)", listed, re.MULTILINE)}
        assert sizes[".stack"] == STACK
        assert sizes[".stack"] + sizes[".data"] + sizes[".bss"] <= RAM[board]


def test_a_flash_for_the_stm32_has_all_its_parts(builder: Builder) -> None:
    need("make", "arm-none-eabi-gcc")
    folder = builder.make("lm3s6965evb", "stm32f103") / "stm32f103"
    flash = (folder / "flash.bin").read_bytes()
    programs = [(folder / f"program{slot}.bin").read_bytes() for slot in range(2)]
    headers = [Header.of(program) for program in programs]
    assert [header.run_at for header in headers] == [0x0800_1000, 0x0800_5800]
    assert [header.size for header in headers] == [len(program) for program in programs]
    assert len(flash) == 64 * 1024
    assert flash[0x1000:].startswith(programs[0])
    stack_top, start = int.from_bytes(flash[:4], "little"), int.from_bytes(flash[4:8], "little")
    assert stack_top == 0x2000_0000 + STACK
    assert 0x0800_0000 < start < 0x0800_1000
    assert set(flash[0xA000:]) == {0xFF}


def test_a_product_compiles_its_own_key_in(builder: Builder, tmp_path: Path) -> None:
    need("make", "arm-none-eabi-gcc")
    key = tmp_path / "key.h"
    key.write_text(", ".join(f"0x{byte:02X}U" for byte in range(100, 132)), "ascii")
    said = builder.run(tmp_path / "out", "stm32f103", f"KEY={key}")
    assert bytes(range(100, 132)) in (tmp_path / "out" / "stm32f103" / "program0.bin").read_bytes()
    assert "DEVELOPMENT KEY" not in said


def test_the_development_key_is_said_loudly(builder: Builder, tmp_path: Path) -> None:
    need("make", "arm-none-eabi-gcc")
    assert "DEVELOPMENT KEY" in builder.run(tmp_path / "out", "stm32f103")
