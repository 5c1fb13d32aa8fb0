//! `comptoir invoice preview`

use std::path::{Path, PathBuf};
use std::{fs, io};

use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};
use comptoir_documents::fixtures::{self, Fixture};
use comptoir_documents::{
    OperatorTemplate, Renderer, RendererOptions, TemplateChoice, json, template_data, xml,
};

use super::super::{CliError, print_line};
use crate::rendering::child_program;

/// What to write, and by which template.
#[derive(Debug, Args)]
#[command(after_help = "\
All persons and companies of the samples are invented. An operator's template is tried on every
sample before anything is written, as it is when `comptoir serve` starts; what is wrong with it is
named with file and line.

Examples:
  comptoir invoice preview                               b2c_fr.pdf in this folder
  comptoir invoice preview credit_note_partial --output note.xml
  comptoir invoice preview --all --output samples        every sample, in a folder
  comptoir invoice preview b2b_domestic --template our-template --output ours.pdf
  comptoir invoice preview --format data                 what a template is given, to write one")]
pub(super) struct PreviewArgs {
    /// Which sample
    #[arg(value_name = "SAMPLE", default_value = "b2c_fr", value_parser = samples())]
    sample: String,
    /// Every sample instead
    #[arg(long, conflicts_with = "sample", requires = "output")]
    all: bool,
    /// Where to: a file, or with --all a folder; `<SAMPLE>.<FORMAT>` in this folder if nobody says
    #[arg(long, short, value_name = "PATH")]
    output: Option<PathBuf>,
    /// In which form; what the name of the file ends with, or else pdf, if nobody says
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// The folder of an operator's own template
    #[arg(long, value_name = "FOLDER")]
    template: Option<PathBuf>,
}

/// The form of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// The page, with the XML inside.
    Pdf,
    /// The XML alone.
    Xml,
    /// The same for programs.
    Json,
    /// What a template is given as `/data.json`.
    Data,
}

impl Format {
    const fn ending(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Xml => "xml",
            Self::Json => "json",
            Self::Data => "data.json",
        }
    }

    /// What the name of a file says.
    fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        [Self::Pdf, Self::Xml, Self::Json]
            .into_iter()
            .find(|format| format.ending() == ending)
    }
}

/// The names of the samples, which help and refusals list.
fn samples() -> PossibleValuesParser {
    PossibleValuesParser::new(fixtures::all().into_iter().map(|fixture| fixture.name))
}

/// Writes what was asked for.
pub(super) async fn run(args: PreviewArgs) -> Result<(), CliError> {
    // Rendering blocks, and so does an operator's template.
    let written = tokio::task::spawn_blocking(move || write(&args)).await;
    let written = written.map_err(io::Error::other)??;
    for path in written {
        print_line(&format!("written: {}", path.display()))?;
    }
    Ok(())
}

fn write(args: &PreviewArgs) -> Result<Vec<PathBuf>, CliError> {
    let renderer = renderer(args.template.as_deref())?;
    if args.all {
        let folder = args.output.clone().unwrap_or_default();
        fs::create_dir_all(&folder).map_err(|source| unwritable(&folder, source))?;
        let format = args.format.unwrap_or(Format::Pdf);
        let all = fixtures::all().into_iter();
        return all
            .map(|fixture| {
                let path = folder.join(fixture.name).with_extension(format.ending());
                write_one(&renderer, &fixture, format, path)
            })
            .collect();
    }
    let fixture = fixtures::named(&args.sample).ok_or(CliError::UnknownSample)?;
    let named = args.output.as_deref().and_then(Format::of);
    let format = args.format.or(named).unwrap_or(Format::Pdf);
    let usual = || PathBuf::from(fixture.name).with_extension(format.ending());
    let path = args.output.clone().unwrap_or_else(usual);
    Ok(vec![write_one(&renderer, &fixture, format, path)?])
}

fn renderer(template: Option<&Path>) -> Result<Renderer, CliError> {
    let Some(folder) = template else {
        return Ok(Renderer::new(RendererOptions::default()));
    };
    let child = child_program()?;
    let template = OperatorTemplate::load(folder)?.try_on_fixtures(&child)?;
    Ok(Renderer::new(RendererOptions {
        template: TemplateChoice::Operator { template, child },
    }))
}

fn write_one(
    renderer: &Renderer,
    sample: &Fixture,
    format: Format,
    path: PathBuf,
) -> Result<PathBuf, CliError> {
    let (content, parties) = (&sample.content, &sample.parties);
    let bytes = match format {
        Format::Pdf => {
            let document = renderer.render(content, parties)?;
            match document.fell_back {
                None => document.pdf,
                Some(failure) => return Err(CliError::TemplateFailed(failure)),
            }
        }
        Format::Xml => xml(content, parties),
        Format::Json => serde_json::to_vec_pretty(&json(content, parties))?,
        Format::Data => template_data(content, parties),
    };
    fs::write(&path, bytes).map_err(|source| unwritable(&path, source))?;
    Ok(path)
}

fn unwritable(path: &Path, source: io::Error) -> CliError {
    CliError::Unwritable {
        path: path.to_owned(),
        source,
    }
}
