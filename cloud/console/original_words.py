"""What pages say of originals, of holds and of what was deleted: Chinese first, English beside."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from cloud.console.words import Word
from cloud.privacy.domain import MAX_HOURS, Move, State

ORIGINALS: Final[Mapping[str, Word]] = MappingProxyType(
    {
        "title": Word("原图申请", "Originals"),
        "intro": Word(
            "未打码的原图加密封存。由上一级批准后，只有申请人本人在期限内能看；图上印有谁、何时看的，每次查看都有记录。",
            "Unmasked originals are sealed. After the next level has approved, the asker alone may look, for a limited "
            "time; who looked and when is written over the picture, and every look is recorded.",
        ),
        "to_decide": Word("待我审批", "For me to decide"),
        "granted": Word("已批准，期限内", "Granted and open"),
        "own": Word("我的申请", "My requests"),
        "none": Word("没有", "None"),
        "ask": Word("申请查看原图", "Ask for the original"),
        "ask.picture": Word("这一张", "This picture"),
        "ask.all": Word("本案全部原图", "All originals of the case"),
        "ask.what": Word("要看什么", "What"),
        "ask.reason": Word("理由（至少 4 字，审批人会看到）", "Why (at least 4 characters; the approver reads it)"),
        "ask.send": Word("提交申请", "Send"),
        "ask.before": Word("以前的申请", "Earlier requests"),
        "ask.who": Word(
            "由上一级审批：员工 → 负责人 → 社区 → 街道；没有人在岗的一级跳过",
            "Decided by the next level: staff, lead, community, street; one with nobody at work is passed over",
        ),
        "case": Word("案件", "Case"),
        "asker": Word("申请人", "Asked by"),
        "asked": Word("申请时间", "Asked"),
        "reason": Word("理由", "Why"),
        "ends.asked": Word("逾期作废", "Lapses"),
        "ends.granted": Word("可看到", "Open until"),
        "decided": Word("审批人", "Decided by"),
        "answer": Word("答复", "Answer"),
        "opened": Word("已查看 {n} 次，最近 {at}", "Times opened: {n}, last {at}"),
        "hours": Word(f"期限（小时，1 至 {MAX_HOURS}）", f"For how many hours (1 to {MAX_HOURS})"),
        "why_not": Word("为什么（至少 4 字）", "Why (at least 4 characters)"),
        "open": Word("打开原图（带水印）", "Open the original (watermarked)"),
        "get": Word("下载封存文件", "Download the sealed file"),
        "get.how": Word(
            "云端没有本小区的私钥。把文件交给持钥人，用 linli-cloud original open 打开。",
            "The cloud holds no private key of this community. Hand the file to the key's holder, who opens it with "
            "linli-cloud original open.",
        ),
        "film": Word("视频不能加水印，不在网页上打开", "A film takes no watermark: it opens on no page"),
        "film.get": Word("下载封存的视频", "Download the sealed film"),
        "coming": Word("原图还没有上传", "The original has not arrived"),
        "gone": Word("原图已按期限删除", "The originals have been deleted in due time"),
        "back": Word("返回", "Back"),
        "taken": Word("拍摄", "Taken"),
        # --- what is kept, and what is gone ---
        "deleted": Word("已按期限删除", "Deleted in due time"),
        "keeping": Word("保存与删除", "What is kept"),
        "hold": Word("法律保留", "Legal hold"),
        "hold.why": Word(
            "保留期间，本案的照片、视频、原图和车牌都不会删除。", "While it stands, nothing of the case is deleted."
        ),
        "hold.stands": Word("已保留：{by}，{at}", "On hold: {by}, {at}"),
        "hold.none": Word("没有保留，到期照常删除", "Not on hold: what is due is deleted"),
        "hold.place": Word("保留本案", "Place a hold"),
        "hold.lift": Word("解除保留", "Lift the hold"),
        "tombstones": Word("已删除 {n} 张照片或视频", "Pictures or films deleted: {n}"),
    }
)
STATES: Final[Mapping[State, Word]] = MappingProxyType(
    {
        State.ASKED: Word("待审批", "Waiting"),
        State.GRANTED: Word("已批准", "Granted"),
        State.REFUSED: Word("未批准", "Refused"),
        State.WITHDRAWN: Word("已撤回", "Withdrawn"),
        State.REVOKED: Word("已收回", "Revoked"),
        State.EXPIRED: Word("已过期", "Over"),
    }
)
TONES: Final[Mapping[State, str]] = MappingProxyType(
    {
        State.ASKED: "todo",
        State.GRANTED: "busy",
        State.REFUSED: "alert",
        State.WITHDRAWN: "done",
        State.REVOKED: "alert",
        State.EXPIRED: "done",
    }
)
MOVES: Final[Mapping[Move, Word]] = MappingProxyType(
    {
        Move.GRANT: Word("批准", "Grant"),
        Move.REFUSE: Word("不批准", "Refuse"),
        Move.WITHDRAW: Word("撤回", "Withdraw"),
        Move.REVOKE: Word("收回", "Revoke"),
    }
)
