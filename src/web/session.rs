//! Sessions as their driver knows them: what each action is to the host.

use crate::engine::io::{Action, Attempt, Input, Notice};
use crate::engine::session::Session;
use crate::engine::time::{Millis, Now};

use super::convert;
use super::driver::{Driver, Machine};
use super::host::Host;
use super::stream;

impl Machine for Session {
    type Input<'a> = Input<'a>;
    type Action = Action;

    fn handle(&mut self, now: Now, input: Input<'_>) {
        self.handle(now, input);
    }

    fn poll(&mut self) -> Option<Action> {
        self.poll()
    }

    fn poll_timeout(&self) -> Option<Millis> {
        self.poll_timeout()
    }

    fn timeout<'a>() -> Input<'a> {
        Input::Timeout
    }

    fn perform(driver: &Driver<Self>, action: Action) {
        let host = &driver.host;
        match action {
            Action::Load(name) => host.load(&name),
            Action::Save(name, record) => host.save(&name, &record),
            Action::Open(Attempt { id, number, refresh, request }) => {
                let headers = convert::header_lines(&request.headers);
                let in_body = stream::in_body(&request.in_body);
                host.open(id.0, number, refresh, &request.method, &request.url, &headers, in_body);
            }
            Action::Read(attempt) => host.read(attempt.0),
            Action::Abort(attempt) => host.abort(attempt.0),
            Action::Deliver => deliver(driver),
            Action::Redeliver(seq) => host.redeliver(seq.get() as f64),
            Action::Gap(gap) => {
                let age = gap.age.map_or(-1.0, |age| age.get() as f64);
                host.gap(gap.reason.name(), convert::text(gap.position.as_ref()), age);
            }
            Action::Tell(notice) => tell(host, notice),
        }
    }
}

fn deliver(driver: &Driver<Session>) {
    let first = driver.take(|session| {
        let view = session.batch();
        (!view.rows.is_empty()).then_some(view.first)
    });
    if let Some(first) = first {
        driver.host.deliver(first.get() as f64);
    }
}

fn tell(host: &Host, notice: Notice) {
    match notice {
        Notice::State(name) => host.state(name.name()),
        Notice::Top(summit) => {
            let delay = summit.delay.map_or(-1.0, |delay| delay.get() as f64);
            host.top(summit.events as f64, summit.pages, delay);
        }
        Notice::Commit(position) => host.commit(position.as_str()),
        Notice::Error(report) => host.error(convert::report(host, Some(&report))),
        Notice::Retry { cause, attempt, delay } => {
            host.retry(convert::report(host, cause.as_ref()), attempt, delay.get() as f64);
        }
        Notice::Close(report) => host.close(convert::report(host, report.as_ref())),
    }
}
