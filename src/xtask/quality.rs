//! The two forms of the site, and what differs between them. Each has folders and stamps of its own, so that one never
//! undoes what was built for the other.

use super::files::Workspace;
use std::path::PathBuf;

/// What is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quality {
    /// What visitors get and what is tested: optimised, compressed, within the size limits.
    Shipped,
    /// For whoever works on it: every room works, after a fraction of the time.
    Quick,
}

/// One of the two programs of the browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// The page.
    App,
    /// The engine.
    Worker,
}

impl Program {
    /// Name of the binary, of the feature and of the files in `pkg/`.
    pub fn name(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Worker => "worker",
        }
    }

    /// For people.
    pub fn title(self) -> &'static str {
        match self {
            Self::App => "the page",
            Self::Worker => "the worker",
        }
    }
}

impl Quality {
    /// Name of its folders, stamps and durations.
    pub fn name(self) -> &'static str {
        match self {
            Self::Shipped => "shipped",
            Self::Quick => "quick",
        }
    }

    /// The profile of cargo, which is also the name of its output folder.
    pub fn profile(self, program: Program) -> &'static str {
        match (self, program) {
            (Self::Shipped, Program::App) => "page",
            (Self::Shipped, Program::Worker) => "web",
            (Self::Quick, Program::App | Program::Worker) => "quick",
        }
    }

    /// Whether all rooms but the first are a file of their own. Not where it has to be linked and shown in seconds.
    pub fn is_split(self, program: Program) -> bool {
        (self, program) == (Self::Shipped, Program::App)
    }

    /// Stamps of what was built.
    pub fn scratch(self, workspace: &Workspace) -> PathBuf {
        workspace.scratch().join(self.name())
    }

    /// Programs and bindings.
    pub fn pkg(self, workspace: &Workspace) -> PathBuf {
        match self {
            Self::Shipped => workspace.path("pkg"),
            Self::Quick => self.scratch(workspace).join("pkg"),
        }
    }

    /// The static folder.
    pub fn dist(self, workspace: &Workspace) -> PathBuf {
        match self {
            Self::Shipped => workspace.path("dist"),
            Self::Quick => self.scratch(workspace).join("dist"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_forms_share_no_folder() {
        let workspace = Workspace { root: "/root".into(), target: "/target".into() };
        let folders =
            |quality: Quality| [quality.scratch(&workspace), quality.pkg(&workspace), quality.dist(&workspace)];
        for folder in folders(Quality::Quick) {
            assert!(folders(Quality::Shipped).iter().all(|other| !folder.starts_with(other)), "{}", folder.display());
        }
        for program in [Program::App, Program::Worker] {
            assert_ne!(Quality::Quick.profile(program), Quality::Shipped.profile(program));
        }
    }
}
