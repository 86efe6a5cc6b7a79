//! The driver: the sole owner of a machine of the engine, and the fixed order in which it is served.
//!
//! Borrow, handle, take all actions, give back, then perform them. While actions are performed,
//! callbacks may bring new inputs; these are handled at once, and what follows from them is
//! performed after what was already waiting.

use alloc::collections::VecDeque;
use core::cell::{Cell, RefCell};

use crate::engine::time::{Millis, Now};

use super::convert;
use super::host::Host;

/// A machine of the engine, from the side of its driver.
pub(super) trait Machine: Sized {
    /// What can happen.
    type Input<'a>;
    /// What it wants done.
    type Action;

    /// Something has happened.
    fn handle(&mut self, now: Now, input: Self::Input<'_>);
    /// What is to be done next.
    fn poll(&mut self) -> Option<Self::Action>;
    /// When its timer is wanted.
    fn poll_timeout(&self) -> Option<Millis>;
    /// The input that says that the timer has gone off.
    fn timeout<'a>() -> Self::Input<'a>;
    /// Has the host do what is wanted.
    fn perform(driver: &Driver<Self>, action: Self::Action);
}

/// One machine with its host.
pub(super) struct Driver<M: Machine> {
    machine: RefCell<M>,
    pub(super) host: Host,
    actions: RefCell<VecDeque<M::Action>>,
    performing: Cell<bool>,
    /// For when the host's timer is set.
    armed: Cell<Option<Millis>>,
}

impl<M: Machine> Driver<M> {
    pub(super) fn new(machine: M, host: Host) -> Self {
        Self {
            machine: RefCell::new(machine),
            host,
            actions: RefCell::default(),
            performing: Cell::new(false),
            armed: Cell::new(None),
        }
    }

    /// Something has happened.
    pub(super) fn input(&self, input: M::Input<'_>) {
        {
            let mut machine = self.machine.borrow_mut();
            machine.handle(convert::now(), input);
            self.actions.borrow_mut().extend(core::iter::from_fn(|| machine.poll()));
        }
        if self.performing.replace(true) {
            return;
        }
        while let Some(action) = self.next_action() {
            M::perform(self, action);
        }
        self.performing.set(false);
        self.arm();
    }

    /// The host's timer has gone off.
    pub(super) fn timeout(&self) {
        self.armed.set(None);
        self.input(M::timeout());
    }

    /// Reads from the machine.
    pub(super) fn read<T>(&self, read: impl FnOnce(&M) -> T) -> T {
        read(&self.machine.borrow())
    }

    /// Takes from the machine what it holds ready. JavaScript must not be entered meanwhile.
    #[cfg(feature = "streams")]
    pub(super) fn take<T>(&self, take: impl FnOnce(&mut M) -> T) -> T {
        take(&mut self.machine.borrow_mut())
    }

    fn next_action(&self) -> Option<M::Action> {
        self.actions.borrow_mut().pop_front()
    }

    /// Keeps one timer of the host for the machine's earliest.
    fn arm(&self) {
        let wanted = self.read(M::poll_timeout);
        if wanted != self.armed.replace(wanted) {
            let now = convert::now().mono;
            self.host.arm(wanted.map_or(f64::INFINITY, |at| at.since(now).get() as f64));
        }
    }
}
