"""What the page of devices says of a gateway's health, its cameras and its lines."""

from typing import Final

from cloud.console.words import Word
from contract.device import LineState

LINE: Final = Word("线路", "Line")
LINE_STATES: Final = {
    LineState.STARTING: Word("启动中", "Starting"),
    LineState.LIVE: Word("正常", "Working"),
    LineState.LOST: Word("断开", "Gone"),
}
ANSWERING: Final = Word("{devices} 个设备中 {answering} 个有应答", "{answering} of {devices} devices answer")

# --- what was said last, and when ---
UNTOLD: Final = Word("已配置，还没有报告过", "Configured, never reported")
OLD: Final = Word("现在不知道", "Not known now")
LAST: Final = Word("最近一次报告：{state}，{ago}", "Last reported {ago}: {state}")
FRAME: Final = Word("最新画面在报告时已有 {time}", "newest frame {time} old when reported")

# --- a heartbeat ---
TOLD: Final = Word("最近一次自检", "Last health report")
NO_HEALTH: Final = Word("还没有报告过", "Never reported")
UPTIME: Final = Word("已运行", "Running for")
OUTBOX: Final = Word("待上传", "Waiting to be sent")
OUTBOX_HOLDS: Final = Word("{n} 条（{size}）", "{n} messages ({size})")
DISK: Final = Word("磁盘剩余", "Disk free")
EVIDENCE: Final = Word("留存证据", "Evidence kept")
CPU: Final = Word("CPU（占一个核）", "CPU of one core")
MEMORY: Final = Word("内存占用", "Memory used")

POINTS_WAIT: Final = Word(
    "读数存储从 {since} 起没有收到新读数；读数在数据库里排队，汇总照常",
    "the point store has taken no readings since {since}; they wait in the database, rollups go on",
)
POINTS_LOST: Final = Word(
    "有 {n} 条单次读数没能存入读数存储，最近一次在 {day}；汇总不受影响",
    "{n} single readings were never stored in the point store, the last on {day}; rollups have them",
)
