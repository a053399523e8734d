//! The end of the page: what to ask the customer for, what was read and what was not, who made it.

use super::Context;
use super::build::Html;
use crate::report::{collect, places, reading, wording};

pub(super) fn ask(page: &mut Html, context: &Context<'_>) {
    let steps = collect::steps(context.teller);
    if steps.is_empty() {
        return;
    }
    page.raw("<section id=\"ask\"><h2>What to ask the customer for</h2><p>It would settle what could not be judged. Ticked items become one script that the customer runs as administrator.</p><ul class=\"ask\">");
    for (index, step) in steps.iter().enumerate() {
        if step.command.is_empty() {
            page.raw("<li class=\"alone\">");
            page.text(&step.what);
            page.raw(" <span class=\"none\">no command makes it: please ask the customer</span>");
        } else {
            page.raw("<li>");
            page.raw(&format!(
                "<label><input type=\"checkbox\" checked data-step=\"{index}\"> "
            ));
            page.text(&step.what);
            page.raw("</label>");
        }
        if !step.host.is_empty() {
            page.element("span", "class=\"host\"", &format!(" on {}", step.host));
        }
        if !step.command.is_empty() {
            page.element("pre", "", &step.command);
        }
        page.raw("</li>");
    }
    page.raw("</ul><p class=\"copy\" hidden><button type=\"button\" id=\"script-copy\">Copy the script</button> <button type=\"button\" id=\"script-save\">Save it as collect.cmd</button></p></section>");
}

pub(super) fn read(page: &mut Html, context: &Context<'_>) {
    let diagnosis = context.diagnosis();
    page.raw("<section id=\"read\"><h2>What was read, and what was not</h2>");
    page.element("p", "", &reading::read(diagnosis));
    problems(page, context);
    page.raw("<details><summary>Hosts</summary><table><tbody>");
    for host in &diagnosis.hosts {
        page.raw("<tr>");
        page.element("th", "scope=\"row\"", &host.name);
        let zone = host.time_zone.as_deref().unwrap_or("time zone not known");
        let os = host.os.as_deref().unwrap_or("operating system not known");
        let skew = wording::skew(host)
            .map(|skew| format!("; {skew}"))
            .unwrap_or_default();
        page.element("td", "", &format!("{os}; {zone}{skew}"));
        page.raw("</tr>");
    }
    page.raw("</tbody></table></details><details><summary>Logs, and from when to when their silence proves something</summary><div class=\"scroll\" tabindex=\"0\"><table><thead><tr><th>Host</th><th>Log</th><th>From</th><th>To</th><th>Records</th><th>Missing</th></tr></thead><tbody>");
    for cover in &diagnosis.coverage {
        page.raw("<tr>");
        page.element("td", "", &cover.host);
        page.element("td", "", places::log_name(&cover.channel));
        for time in [cover.from, cover.to] {
            page.raw("<td>");
            page.time(context, &cover.host, time);
            page.raw("</td>");
        }
        page.raw(&format!(
            "<td>{}</td><td>{}</td></tr>",
            cover.records, cover.missing_records
        ));
    }
    page.raw("</tbody></table></div></details><details><summary>Files</summary><div class=\"scroll\" tabindex=\"0\"><table><thead><tr><th>File</th><th>What it is</th><th>Size</th><th>Of interest</th></tr></thead><tbody>");
    for input in &diagnosis.inputs {
        page.raw("<tr>");
        page.element("td", "", &input.path);
        page.element("td", "", input.format.name());
        page.element("td", "", &wording::size(input.bytes));
        let found = format!(
            "{} of {}",
            input.events.saturating_add(input.facts),
            wording::counted(input.records, "record")
        );
        page.element("td", "", &found);
        page.raw("</tr>");
    }
    page.raw("</tbody></table></div></details></section>");
}

fn problems(page: &mut Html, context: &Context<'_>) {
    let problems = &context.diagnosis().problems;
    if problems.is_empty() {
        return;
    }
    page.raw(&format!(
        "<details{}><summary>",
        if context.diagnosis().is_incomplete() {
            " open"
        } else {
            ""
        }
    ));
    page.text(&format!(
        "Not read, or not for certain: {}",
        reading::problems(context.diagnosis())
    ));
    page.raw("</summary><ul>");
    for problem in problems {
        page.raw("<li>");
        page.element("b", "", problem.kind.name());
        page.text(&format!(" {}: {}", problem.origin, problem.detail));
        if problem.count > 1 {
            page.text(&format!(" ({} times)", problem.count));
        }
        page.raw("</li>");
    }
    page.raw("</ul></details>");
}

pub(super) fn footer(page: &mut Html, context: &Context<'_>) {
    let tool = &context.diagnosis().tool;
    page.raw("<footer>");
    page.text(&format!(
        "Written by {} {}, knowledge {}",
        tool.name,
        tool.version,
        tool.knowledge.chars().take(16).collect::<String>()
    ));
    if let Some(command) = &context.options.command {
        page.raw(". Made by <code>");
        page.text(command);
        page.raw("</code>");
    }
    page.raw(". This page loads nothing and sends nothing.</footer>");
}
