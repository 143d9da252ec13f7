"""What to do first about an alarm of a device, and what it does not mean: a line on the case's page.

The same stands at length in docs/property-staff.md. A gate's or a sensor's alarm may be of life and limb: that comes
first there.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from cloud.cases.domain import Device
from cloud.cases.vocabulary import Found
from cloud.console.words import Word

FIRST: Final[Mapping[str, Word]] = MappingProxyType(
    {
        "leak": Word(
            "先打电话问住户；联系不上，看看户外的水表是不是一直在走。不等于水管破了，马桶、净水机也会这样。",
            "Ring the resident; if nobody answers, see whether the meter keeps turning. It may be a toilet or a water "
            "purifier, not a pipe.",
        ),
        "burst": Word(
            "马上打电话；联系不上就到现场，确有漏水先关户外阀门。也可能是在放水、充水池。",
            "Ring at once; if nobody answers go there, and where water runs out close the valve outside the home. It "
            "may be somebody filling a pool.",
        ),
        "burst.gas": Word(
            "马上打电话；联系不上就到现场。闻到燃气味：不开关电器，先疏散，到屋外打燃气公司抢修电话。",
            "Ring at once; if nobody answers go there. Where it smells of gas: touch no switch, get people out, and "
            "call the gas company from outside.",
        ),
        "welfare": Word(
            "先打电话给住户，再打给紧急联系人；都联系不上，就请社区一起上门看看。不等于出了事，可能外出没有登记。",
            "Ring the resident, then the emergency contact; if neither answers, go and look together with the "
            "community. It does not say that something happened: perhaps away and not announced.",
        ),
        "reverse": Word(
            "抄下表盘读数，请表计维护人员来看。不等于有人动过表，装反了、管道倒流也会这样。",
            "Note what the meter shows and have it looked at. It does not say that somebody touched it: a meter the "
            "wrong way round or a flow back does the same.",
        ),
        "jump": Word(
            "对照表盘读数；核对清楚以前，不要按新读数收费。",
            "Compare with the meter itself; charge nobody by the new reading before that.",
        ),
        "standstill": Word(
            "先问家里是不是没人住。有人在用、读数不走，才是表的问题。",
            "Ask whether anybody lives there. Only where some is used and the register stands is it the meter.",
        ),
        "tamper": Word(
            "到现场看封印和接线，拍照。只说明表计报了这个标志，不说明是谁、是不是有人动过。",
            "Look at seals and wires and take photos. The meter raised this flag; it says neither who nor whether "
            "anybody did anything.",
        ),
        "cover": Word(
            "到现场看表盖，拍照。只说明表计报了这个标志；换表、检修也会这样。",
            "Look at the cover and take photos. The meter raised this flag; so it does when it is serviced.",
        ),
        "battery_low": Word(
            "安排换电池。换好以前，随时可能读不到数。",
            "Have the battery changed. Until then readings may stop any time.",
        ),
        "clock_off": Word(
            "请维护人员校时。按时段计价的，先不要按这块表的时段收费。",
            "Have the clock set. Where the price goes by the hour, do not charge by this meter's hours.",
        ),
        "offline": Word(
            "看表和线路：停电、接头松、电池没电。读不到数的时候，漏水、独居关怀都不会报。",
            "Look at meter and line: power, a loose joint, the battery. With no readings neither leaks nor welfare "
            "are told.",
        ),
        "over_load": Word(
            "请住户少开几样电器；闻到焦味、开关发烫，先断电。",
            "Ask the resident to switch some things off; where it smells burnt or a switch is hot, cut the power.",
        ),
        "voltage": Word(
            "问问同楼的是不是也这样。好几家都这样，报供电公司；只有一家，请电工看接线。",
            "Ask others in the building. If it is so for several, tell the power company; if for one, have its wires "
            "looked at.",
        ),
        "stuck_open": Word(
            "到门口看是坏了还是被撑住了；关不上的先派人守着。",
            "See whether it is broken or held open; where it cannot be shut, somebody stays.",
        ),
        "forced": Word(
            "看当时的录像，到门口检查。没有接进来的出门按钮、遥控器也会这样，不等于有人撬门。",
            "Look at the recording and at the gate. An exit button or a remote control that is not wired in does the "
            "same: it need not be a break-in.",
        ),
        "tailgate": Word(
            "看当时的录像。只说明通过的次数比放行的多，不说明是谁。",
            "Look at the recording. There were more passes than releases; it does not say whose.",
        ),
        "refusals": Word(
            "可能是卡过期、车牌没登记，帮他核对；也可能有人在试，看看录像。",
            "Perhaps a card has run out or a plate is on no list: help. Or somebody tries: look at the recording.",
        ),
        "fire_lane": Word(
            "马上到门前请车挪开，消防通道要随时能走。",
            "Have the vehicle moved at once: the fire lane must be free at any time.",
        ),
        "link_lost": Word(
            "看门控板的电源和网线。其间的事板上都存着，恢复后补报。",
            "Look at the board's power and cable. It keeps what happens and tells it afterwards.",
        ),
        "alarm.perimeter": Word(
            "看摄像机，必要时两个人到现场。动物、树枝、大风也会触发。处理好后在主机上复位。",
            "Look at the cameras, go there by twos. Animals, branches and wind do it too. Then reset it at the panel.",
        ),
        "alarm.gas": Word(
            "当真的：不开关电器，开窗，疏散；到屋外打燃气公司抢修电话，有火打 119。处理好后在主机上复位。",
            "Take it as real: touch no switch, open windows, get people out; call the gas company from outside, and "
            "119 for a fire. Then reset it at the panel.",
        ),
        "alarm.smoke": Word(
            "马上到现场；有火有烟先打 119、疏散。灰尘、水汽、油烟也会触发。处理好后在主机上复位。",
            "Go there at once; for fire or smoke call 119 and get people out. Dust, steam and cooking do it too. Then "
            "reset it at the panel.",
        ),
        "alarm.tank_high": Word(
            "看水箱会不会溢出，关进水阀，查浮球阀。处理好后在主机上复位。",
            "See whether the tank runs over, close the inlet, check the float. Then reset it at the panel.",
        ),
        "alarm.tank_low": Word(
            "看水泵和来水，可能要停水，先通知住户。处理好后在主机上复位。",
            "Look at pump and supply; homes may run dry: tell them. Then reset it at the panel.",
        ),
        "fault": Word(
            "断线、短路或探头坏了。修好以前它不会报警，先派人留意。",
            "A cut wire, a short or a broken detector. Until it is mended it gives no alarm: have somebody watch.",
        ),
        "silent": Word(
            "一直没有信号。修好以前它不会报警，先派人留意。",
            "Nothing is heard of it. Until it is mended it gives no alarm: have somebody watch.",
        ),
    }
)


def first(device: Device, kind: Found) -> Word | None:
    """What to do first; what is said of the thing it watches goes before what is said of any."""
    return FIRST.get(f"{kind}.{device.watches}", FIRST.get(kind))
