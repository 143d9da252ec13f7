"""What a sheet of evidence says, Chinese first with English beside it; and times on it, which are never shortened."""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from types import MappingProxyType
from typing import Final

from cloud.console.words import Word

SHEET: Final[Mapping[str, Word]] = MappingProxyType(
    {
        "title": Word("停车取证单", "Parking evidence sheet"),
        "pdf": Word("下载 PDF", "Download PDF"),
        "back": Word("返回案件", "Back to the case"),
        "simulated": Word("模拟画面：演示编排，并非实情", "SIMULATED footage: arranged for a demonstration, not real"),
        # --- what was found ---
        "lead": Word(
            "{place}发现{vehicle}：{found}。{entered} 驶入，至 {found_at} 已停 {dwell}",
            "{found}: {vehicle}, {place}. Came {entered}; by {found_at} it had stood {dwell}",
        ),
        "lead.limit": Word("，允许 {limit}。", ", {limit} allowed."),
        "lead.end": Word("。", "."),
        "found": Word("事由", "Found"),
        "found_at": Word("认定时间", "Established"),
        "place": Word("地点", "Place"),
        "vehicle": Word("车辆", "Vehicle"),
        "plate": Word("车牌（机读）", "Plate (by program)"),
        "plate.none": Word("没有识别车牌", "not read"),
        "plate.unsure": Word("{text}（? 为没看清的字）", "{text} (? for a character nobody is sure of)"),
        "permit": Word("许可", "Permit"),
        "entered": Word("驶入", "Came"),
        "entered.between": Word("在 {first} 与 {last} 两次查看之间", "between the looks at {first} and {last}"),
        "entered.there": Word("{last} 第一次查看时已在", "there at the first look, {last}"),
        "left": Word("驶离", "Left"),
        "left.between": Word("在 {first} 与 {last} 两次查看之间", "between the looks at {first} and {last}"),
        "left.not": Word("尚未见其驶离", "not seen to leave"),
        "dwell": Word("认定时已停", "Stood by then"),
        "limit": Word("允许停留", "Allowed"),
        "due": Word("到限时间（约）", "Time was up, about"),
        "signs": Word("僵尸车迹象", "Signs of disuse"),
        "signs.gone": Word("僵尸车迹象（后来已消失）", "Signs of disuse (gone since)"),
        "device": Word("取证设备", "Device"),
        "device.of": Word("网关 {gateway}，摄像机 {camera}", "gateway {gateway}, camera {camera}"),
        "clock": Word("设备时钟", "Device's clock"),
        "clock.synced": Word("认定时已与时间源校准", "was synchronised then"),
        "clock.holdover": Word(
            "曾校准，认定时靠自走，误差未知", "had been synchronised, then ran free: error not known"
        ),
        "clock.unsynced": Word("未校准，时间不可信", "was not set: its times are not to be trusted"),
        "clock.odd": Word(
            "设备时间与云端收到的时间相差很大，不可信", "is far from when the cloud heard of it: not to be trusted"
        ),
        # --- pictures ---
        "pictures": Word("照片", "Pictures"),
        "pictures.none": Word("没有照片", "No picture"),
        "pictures.more": Word("另有 {n} 张照片，见案件页面", "{n} more with the case"),
        "picture.gone": Word("照片已按期限删除", "This picture has been deleted in due time"),
        "picture.coming": Word("照片还没上传到云端", "This picture has not reached the cloud yet"),
        "picture.broken": Word("照片与其 SHA-256 不符，不予展示", "The file is not what its SHA-256 says: not shown"),
        "picture.unreadable": Word("照片无法打开或过大", "The picture cannot be opened, or is too large"),
        "picture.masked": Word("已打码", "masked"),
        "pictures.masked": Word(
            "已打码：行人和其他车牌已处理得无法辨认。", "Masked: people and all other plates are made unreadable."
        ),
        "picture.unmasked": Word("未打码", "not masked"),
        "picture.sealed": Word("原图已加密封存", "original sealed"),
        "picture.size": Word("画面 {w}×{h}", "{w}×{h}"),
        # --- GA/T 832 ---
        "standard": Word("GA/T 832-2014 逐项说明", "GA/T 832-2014, item by item"),
        "standard.note": Word(
            "本单由程序生成；能否作为处罚依据，由主管机关认定。",
            "Made by a program; whether it is evidence for a penalty is for the authority to decide.",
        ),
        "verdict.yes": Word("符合", "yes"),
        "verdict.no": Word("不符合", "no"),
        "verdict.open": Word("待人工核对", "to be checked"),
        "item.panoramas": Word("不同时间的全景照片不少于 2 张", "2 or more panoramas"),
        "item.interval": Word("静止车辆照片间隔不小于 10 秒", "10 s or more between pictures"),
        "item.clock": Word("时钟误差不超过 1.0 秒", "Clock right to 1.0 s"),
        "item.resolution": Word("画面不小于 1280×720", "Frame of 1280×720 or more"),
        "item.colour": Word("24 位真彩色", "24-bit colour"),
        "item.plate": Word("能辨认号牌", "Plate can be made out"),
        "item.scene": Word("能辨认车头或车尾、车型、颜色和地点标志", "Front or rear, type, colour, landmark show"),
        "why.panoramas": Word("有 {n} 张", "{n} here"),
        "why.coming": Word("还有 {n} 张没有上传或不能展示", "{n} not here yet or not to be shown"),
        "why.no_two": Word("不足两张，无从比较", "fewer than two"),
        "why.interval": Word("首尾相隔 {s} 秒", "first and last are {s} s apart"),
        "why.frame": Word("最小的一张 {w}×{h}", "the smallest has {w}×{h}"),
        "why.small": Word(
            "摄像机只给出 {w}×{h}；没有放大充数", "the camera gives no more than {w}×{h}; nothing was enlarged"
        ),
        "why.no_frame": Word("照片没有说明画面大小", "the pictures do not say how large the frame was"),
        "why.no_picture": Word("没有可用的照片", "no picture to go by"),
        "why.colour": Word("每像素 {bits} 位", "{bits} bits a pixel"),
        "why.plate_read": Word("机读 {text}，依据 {n} 次查看；请与照片核对", "read {text} over {n} looks: compare it"),
        "why.plate_unsure": Word("机读 {text}，有字没看清，请看照片", "read {text}, not sure of all: see the pictures"),
        "why.plate_unread": Word("程序没有识别车牌，请看照片", "no program read it: see the pictures"),
        "why.plate_unreadable": Word("有车牌但程序认不出，请看照片", "there is one that no look could read"),
        "why.plate_missing": Word("多次查看都没看到车牌，请看照片", "no plate seen in many looks: see the pictures"),
        "why.plate_unknown": Word("查看次数不够，请看照片", "too few looks to say: see the pictures"),
        "why.scene": Word("程序不判断，请看照片", "no program judges this: see the pictures"),
        # --- what it rests on ---
        "rests": Word("依据", "What this rests on"),
        "rests.files": Word("照片文件的 SHA-256", "SHA-256 of the picture files"),
        "file.compared": Word("出单时核对一致", "found true when this sheet was made"),
        "file.not_compared": Word("未能核对", "NOT compared"),
        "rests.models": Word("识别模型", "Models"),
        "rests.models_none": Word("消息没有说明", "the message does not say"),
        "rests.message": Word(
            "消息 {id}（{type}），第 {seq} 条，网关密钥 {key} 签名，{signature}；{chain}",
            "message {id} ({type}), number {seq}, signed with the gateway's key {key}, {signature}; {chain}",
        ),
        "rests.no_message": Word(
            "云端没有这条消息的原文，以上内容取自案件记录",
            "the cloud no longer has the signed message: this is from the case's record",
        ),
        "signature.valid": Word("出单时复核有效", "found valid when this sheet was made"),
        "signature.other_key": Word(
            "入库时核对过，网关此后换了密钥", "checked on arrival; the gateway has another key now"
        ),
        "signature.revoked": Word("入库时核对过，网关现已停用", "checked on arrival; the gateway is revoked now"),
        "signature.invalid": Word("出单时复核无效", "NOT valid when this sheet was made"),
        "chain.ok": Word("与前一条消息相接", "it follows the message before it"),
        "chain.broken": Word("与前一条消息不相接", "it does NOT follow the message before it"),
        "chain.open": Word("前一条消息还没收到", "the message before it has not come"),
        "issued": Word("{at} 由 {who} 出单", "made {at} by {who}"),
        "sealed.title": Word("原图已封存", "The original is sealed"),
        "sealed.why": Word(
            "未打码的原图是加密的，任何人都不能在这里打开；打开须经分级审批。",
            "The unmasked original is encrypted and opens for nobody here: that needs graded approval.",
        ),
    }
)


def exact(at: datetime, zone: tzinfo) -> str:
    """Date, time to a tenth of a second (never rounded up) and offset: `2026-11-21 16:00:17.1 +08:00`."""
    local = at.astimezone(zone)
    offset = local.strftime("%z")
    return f"{local:%Y-%m-%d %H:%M:%S}.{local.microsecond // 100_000} {offset[:3]}:{offset[3:5]}"
