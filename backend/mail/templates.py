"""The texts of the product's own mail. One call to action each; plain text and HTML say the same."""

from html import escape

from backend.mail.base import Mail

_HTML = """<!doctype html>
<html lang="en"><meta charset="utf-8">
<body style="margin:0;background:#f5f6f8;padding:32px 16px;color:#1b1e27;
 font:15px/1.6 system-ui,-apple-system,'Segoe UI',sans-serif">
<div style="max-width:520px;margin:0 auto;background:#fff;border:1px solid #e3e5ea;border-radius:12px;padding:28px">
<p style="margin:0 0 20px;font-weight:600">BibliosAI</p>
<p style="margin:0 0 16px">{lead}</p>
<p style="margin:24px 0"><a href="{link}" style="display:inline-block;background:#3a45a8;color:#fff;
 text-decoration:none;padding:10px 18px;border-radius:8px">{action}</a></p>
<p style="margin:0;color:#5a6070;font-size:13px">{foot}<br>If the button does not work, open this address:<br>
<span style="word-break:break-all">{link}</span></p>
</div></body></html>"""


def _mail(to: str, *, subject: str, lead: str, action: str, link: str, foot: str) -> Mail:
    text = f"{lead}\n\n{action}:\n{link}\n\n{foot}\n"
    html = _HTML.format(lead=escape(lead), link=escape(link), action=escape(action), foot=escape(foot))
    return Mail(to=to, subject=subject, text=text, html=html)


def verify_address(to: str, link: str, *, hours: int) -> Mail:
    return _mail(
        to,
        subject="Confirm your mail address",
        lead="Please confirm that this address is yours. Until then nothing is shared with it.",
        action="Confirm the address",
        link=link,
        foot=f"The link works once and for {hours} hours. If you did not register, ignore this mail.",
    )


def reset_password(to: str, link: str, *, minutes: int) -> Mail:
    return _mail(
        to,
        subject="Set a new password",
        lead="Somebody, hopefully you, asked for a new password for your account.",
        action="Choose a new password",
        link=link,
        foot=f"The link works once and for {minutes} minutes. If it was not you, ignore this mail: nothing changed.",
    )


def invitation(to: str, link: str, *, inviter: str, days: int) -> Mail:
    return _mail(
        to,
        subject=f"{inviter} invites you to BibliosAI",
        lead=f"{inviter} invites you to a BibliosAI workspace, where your team's knowledge answers questions.",
        action="Accept the invitation",
        link=link,
        foot=f"The link works once and for {days} days.",
    )


def password_changed(to: str, link: str) -> Mail:
    return _mail(
        to,
        subject="Your password was changed",
        lead="The password of your account was changed and every other session was ended.",
        action="It was not you? Set a new one",
        link=link,
        foot="If it was you, there is nothing to do.",
    )


def address_changing(to: str, link: str) -> Mail:
    return _mail(
        to,
        subject="The address of your account is being changed",
        lead="Somebody, hopefully you, asked to change the address of your account. It changes when the link that was "
        "sent to the new address is opened.",
        action="It was not you? Change your password",
        link=link,
        foot="If it was you, there is nothing to do.",
    )


def action_waits(to: str, link: str, *, owner: str, what: str, until: str) -> Mail:
    return _mail(
        to,
        subject=f"{owner} needs your approval for {what}",
        lead=f"{owner} wants to send {what}, and it needs your approval. Nothing leaves before you have looked at it.",
        action="Look at it and decide",
        link=link,
        foot=f"The link decides once, for exactly what it shows, until {until}. It is meant for you alone.",
    )
