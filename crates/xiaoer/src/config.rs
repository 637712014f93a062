use std::path::{Path, PathBuf};

use base::Problem;
use clap::Args;
use serde::Deserialize;

/// Where the data is. Every command that touches data takes these.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Where {
    /// The folder of the shop's data.
    #[arg(long, global = true, env = "XIAOER_DATA", default_value = "data")]
    pub data: PathBuf,
    /// sqlite:PATH or postgres://USER@HOST/NAME; left out: a file in the data folder.
    #[arg(long, global = true, env = "XIAOER_DATABASE", hide_env_values = true)]
    pub database: Option<String>,
    /// A folder for files, or s3://BUCKET/PREFIX; left out: a folder in the data folder.
    #[arg(long, global = true, env = "XIAOER_FILES")]
    pub files: Option<String>,
    /// A TOML file with any of: data, database, files, listen, proxy_trusted.
    #[arg(long, global = true)]
    pub config: Option<PathBuf>,
}

/// The configuration file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    pub database: Option<String>,
    pub files: Option<String>,
    pub listen: Option<String>,
    pub proxy_trusted: Option<bool>,
}

impl Where {
    /// The configuration file's values, if one is named.
    pub(crate) fn file(&self) -> Result<File, Problem> {
        let Some(path) = &self.config else {
            return Ok(File::default());
        };
        let unusable =
            |why: String| Problem::input("config", "config_unusable", format!("{}: {why}", path.display()));
        let text = std::fs::read_to_string(path).map_err(|e| unusable(e.to_string()))?;
        toml::from_str(&text).map_err(|e| unusable(e.message().to_owned()))
    }

    /// The database's address.
    pub(crate) fn database(&self) -> Result<String, Problem> {
        let file = self.file()?;
        let default = || format!("sqlite:{}", self.data.join("xiaoer.db").display());
        Ok(self.database.clone().or(file.database).unwrap_or_else(default))
    }

    /// Where files are.
    pub(crate) fn files(&self) -> Result<Option<String>, Problem> {
        Ok(self.files.clone().or(self.file()?.files))
    }

    /// The data folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.data
    }
}
