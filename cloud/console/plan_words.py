"""What the map says."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from cloud.console.words import Word

PLAN: Final[Mapping[str, Word]] = MappingProxyType(
    {
        "title": Word("地图", "Map"),
        "picture": Word("小区平面图，案件按紧急程度标出", "Plan of the community, cases marked by how they press"),
        "case_plan": Word("在小区的哪里", "Where in the community"),
        "here": Word("案件在这里", "The case is here"),
        "open": Word("在地图上看", "On the map"),
        "community": Word("小区", "Community"),
        "simulated": Word("模拟平面图", "Simulated plan"),
        "simulated_why": Word("为演示画的，不是真实的小区", "drawn for a demonstration, no real community"),
        "cases": Word("进行中的案件", "Open cases"),
        "none": Word("没有进行中的案件", "No open case"),
        "unplaced": Word("还没标到图上", "Not on the plan yet"),
        "cut": Word("只显示最新的 {n} 件", "Only the latest {n} are shown"),
        "no_plan": Word("还没有平面图", "There is no plan yet"),
        "no_plan_lead": Word(
            "在下面上传一张小区平面图（PNG 或 JPEG），再把摄像机标上去。没有图也能用：案件列在这里。",
            "Upload a plan below (PNG or JPEG), then place the cameras on it. Without one the cases are listed here.",
        ),
        "no_plan_staff": Word(
            "请物业负责人上传一张小区平面图。没有图也能用：案件列在这里。",
            "A lead can upload a plan. Without one the cases are listed here.",
        ),
        "legend": Word("图例", "Key"),
        "over": Word("已超期", "Overdue"),
        "alert": Word("紧急、需要人看", "Urgent, or needs a person"),
        "todo": Word("等人接", "To take"),
        "busy": Word("办理中", "Under way"),
        "camera": Word("摄像机", "Camera"),
        "zone": Word("区域", "Zone"),
        "device": Word("设备", "Device"),
        "upload": Word("上传平面图", "Upload a plan"),
        "file": Word("图片（PNG、JPEG，最多 4 MiB）", "Picture (PNG or JPEG, at most 4 MiB)"),
        "upload_button": Word("上传", "Upload"),
        "uploaded": Word("平面图已换上", "The plan has been kept"),
        "refused": Word("没有换上，原来的不变", "Not kept, the plan is as it was"),
        "place": Word("标位置", "Place something"),
        "place_lead": Word(
            "选一样，点一下图上的位置，再保存；也可以直接填百分比。",
            "Choose what, tap where it is on the plan, then save; or type how far right and down it is.",
        ),
        "what": Word("标什么", "What"),
        "x": Word("从左边起 %", "From the left, %"),
        "y": Word("从上边起 %", "From the top, %"),
        "place_button": Word("保存位置", "Save the place"),
        "remove_button": Word("从图上去掉", "Take off the plan"),
        "placed": Word("位置已保存", "The place is saved"),
        "removed": Word("已从图上去掉", "Taken off the plan"),
        "too_many": Word("图上的位置太多了", "There are too many places on the plan"),
        "no_community": Word("还没有小区", "There is no community yet"),
        "no_community_hint": Word(
            "网关登记后，小区会出现在这里。", "A community appears once one of its gateways is registered."
        ),
    }
)
