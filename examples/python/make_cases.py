"""Makes a folder of cases to try batches, queries and clusters on: event XML of made-up hosts, zipped.

    python make_cases.py incoming --cases 1000

Five stories in a fixed mix, sizes from a few to a thousand events and of one in 500 up to some ten thousand, 1 % broken (cut off or no
archive), 1 % hostile (an archive that unpacks to far more than it is, paths that lead out of it, markup for names). The same number
gives the same bytes.
"""

import argparse
import datetime
import io
import pathlib
import random
import zipfile

EVENT = (
    "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='{provider}'/>"
    "<EventID>{id}</EventID><Level>{level}</Level><TimeCreated SystemTime='{time}'/><EventRecordID>{record}</EventRecordID>"
    "<Channel>{channel}</Channel><Computer>{host}</Computer></System><EventData>{data}</EventData></Event>\n"
)
TASKS = ("Microsoft-Windows-TaskScheduler", "Microsoft-Windows-TaskScheduler/Operational")
LSM = (
    "Microsoft-Windows-TerminalServices-LocalSessionManager",
    "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational",
)
SECURITY = ("Microsoft-Windows-Security-Auditing", "Security")


class Log:
    """The events of one host, each numbered."""

    def __init__(self, host, start):
        self.host, self.time, self.record, self.lines = host, start, 0, {}

    def add(self, source, id, fields, level=4, seconds=60):
        provider, channel = source
        self.time += datetime.timedelta(seconds=seconds)
        self.record += 1
        data = "".join(f"<Data Name='{name}'>{value}</Data>" for name, value in fields.items())
        event = EVENT.format(
            provider=provider,
            id=id,
            level=level,
            time=self.time.strftime("%Y-%m-%dT%H:%M:%S.0000000Z"),
            record=self.record,
            channel=channel,
            host=self.host,
            data=data,
        )
        self.lines.setdefault(channel, []).append(event)

    def quiet_day(self, user, events):
        for number in range(events):
            self.add(TASKS, 201, {"TaskName": "\\Nightly", "ActionName": "robot.exe", "ResultCode": "0"}, seconds=300)
            if number % 10 == 0:
                self.add(SECURITY, 4624, {"TargetUserName": user, "LogonType": "4", "TargetLogonId": f"0x{number + 999:x}"})

    def zip(self):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for channel, lines in self.lines.items():
                name = f"{self.host}/{channel.replace('/', '%4')}.xml"
                member = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
                member.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(member, "<Events>\n" + "".join(lines) + "</Events>\n")
        return packed.getvalue()


def task_password(log, user, chance):
    for _ in range(chance.randint(1, 40)):
        log.add(SECURITY, 4625, {"TargetUserName": user, "TargetDomainName": "CORP", "Status": "0xc000006d", "SubStatus": "0xc000006a", "LogonType": "4"})
        log.add(TASKS, 104, {"TaskName": "\\Nightly", "UserContext": f"CORP\\{user}", "ResultCode": "2147943726"}, level=2, seconds=1)


def no_logon_session(log, user, chance):
    code = chance.choice(["2147943712", "2147943712", "2147942405", "2147944122"])
    for _ in range(chance.randint(1, 5)):
        log.add(TASKS, 104, {"TaskName": "\\Hourly", "UserContext": f"CORP\\{user}", "ResultCode": code}, level=2)


def disconnected(log, user, chance):
    for session in range(chance.randint(1, 8)):
        log.add(LSM, 21, {"User": f"CORP\\{user}", "SessionID": str(session + 2), "Address": "192.0.2.7"})
        log.add(LSM, 40, {"Session": str(session + 2), "Reason": str(chance.choice([0, 3, 5, 11, 12]))}, seconds=1800)
        log.add(LSM, 24, {"User": f"CORP\\{user}", "SessionID": str(session + 2), "Address": "192.0.2.7"}, seconds=1)
        log.add(LSM, 23, {"User": f"CORP\\{user}", "SessionID": str(session + 2)}, seconds=chance.randint(60, 7_200))


def failing_task(log, user, chance):
    code = chance.choice(["2147942402", "3221225786", "2147943645", "1", "267014"])
    for _ in range(chance.randint(1, 9)):
        log.add(TASKS, 201, {"TaskName": "\\Import", "ActionName": "import.exe", "ResultCode": code}, level=2)


def healthy(log, user, chance):
    log.quiet_day(user, chance.randint(1, 50))


STORIES = [task_password, no_logon_session, disconnected, failing_task, healthy]


def hostile(chance):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../<img src=x onerror=alert(1)>.xml", "<Events><Event>" * 2_000)
        archive.writestr("zeros.evtx", b"\0" * chance.randint(1 << 20, 20 << 20))
    return packed.getvalue()


def case(number):
    chance = random.Random(number)
    kind = chance.random()
    if kind < 0.01:
        return hostile(chance)
    start = datetime.datetime(2026, 3, 2) + datetime.timedelta(hours=chance.randint(0, 24 * 7 * 12))
    user = f"svc-{chance.randint(1, 200)}"
    log = Log(f"RPA-{chance.randint(1, 999):03}", start)
    log.quiet_day(user, int(2 ** (chance.uniform(10, 15) if kind > 0.998 else chance.uniform(0, 10))))
    story = chance.choice(STORIES)
    story(log, user, chance)
    log.quiet_day(user, 3)
    packed = log.zip()
    if kind < 0.015:
        return packed[: len(packed) // 2]
    if kind < 0.02:
        return chance.randbytes(chance.randint(0, 5_000))
    return packed


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("--cases", type=int, default=1_000)
    options = arguments.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    for number in range(options.cases):
        (options.folder / f"case-{number:06}.zip").write_bytes(case(number))


if __name__ == "__main__":
    main()
