//! Databases that refuse to initialise a directory which is not empty: facts in `data_directories.toml`.

/// A database image and where it keeps its data.
#[derive(Clone, Debug)]
pub struct Database {
    /// The last part of the image's name, without tag.
    pub image: &'static str,
    /// The directory that the image initialises.
    pub directory: &'static str,
    /// The environment variable that moves the directory, if any.
    pub variable: Option<&'static str>,
    /// The first major version that this no longer holds for.
    pub until: Option<u64>,
    /// Part of an argument that makes the program ignore `lost+found`.
    pub argument: Option<&'static str>,
    /// Where the fact is from.
    pub source: &'static str,
}

static ALL: &[Database] = include!(concat!(env!("OUT_DIR"), "/data_directories.rs"));

/// Every database that volwright knows.
#[must_use]
pub fn all() -> &'static [Database] {
    ALL
}

/// The database that an image runs, such as `registry.example.com/postgres:16`.
#[must_use]
pub fn of_image(image: &str) -> Option<&'static Database> {
    let last = image.rsplit('/').next().unwrap_or(image);
    let (name, tag) = last.split_once([':', '@']).unwrap_or((last, ""));
    all().iter().find(|database| {
        database.image == name
            && database.until.is_none_or(|until| major(tag).is_some_and(|version| version < until))
    })
}

/// The first number of a tag: 16 in `16.4-alpine` and in `pg16`.
fn major(tag: &str) -> Option<u64> {
    let digits = tag.trim_start_matches(|letter: char| letter.is_ascii_alphabetic());
    let end = digits.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(digits.len());
    digits[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::of_image;

    #[test]
    fn versions_are_read_from_tags() {
        for (image, known) in [
            ("postgres:16", true),
            ("docker.io/library/postgres:16.4-alpine", true),
            ("postgres:18", false),
            ("postgres:latest", false),
            ("postgres", false),
            ("pgvector/pgvector:pg16", true),
            ("registry.example.com:5000/mysql:5.7", true),
            ("mysql:8.4", false),
            ("my-postgres:16", false),
        ] {
            assert_eq!(of_image(image).is_some(), known, "{image}");
        }
    }
}
