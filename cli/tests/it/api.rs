//! Which API the commands talk to.

use crate::support::{Setup, assert_code, stderr, stdout};

/// Runs `status --json` and returns the address.
fn api(setup: &Setup, arguments: &[&str], variable: Option<&str>) -> String {
    let mut command = setup.command([&["status", "--json"], arguments].concat());
    command.env_remove("HM_API_URL").envs(variable.map(|it| ("HM_API_URL", it)));
    // A project that wants to be talked to.
    let project = setup.write("project/.hm/config.toml", "[cloud]\napi_url = \"https://project.example\"\n");
    command.current_dir(project.parent().unwrap().parent().unwrap());
    let output = command.output().unwrap();
    assert_code(&output, 1);
    let status: serde_json::Value = serde_json::from_str(stdout(&output)).unwrap();
    status["api"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_option_comes_before_the_variable_the_users_file_and_the_default_and_a_project_never() {
    let setup = Setup::new().await;
    assert_eq!(api(&setup, &[], None), "https://api.harmont.dev");
    setup.write(".config/hm/config.toml", "other = 1\n[cloud]\napi_url = \"https://file.example/\"\n");
    assert_eq!(api(&setup, &[], None), "https://file.example/");
    assert_eq!(api(&setup, &[], Some("")), "https://file.example/");
    assert_eq!(api(&setup, &[], Some("https://variable.example")), "https://variable.example");
    let option = ["--api", "https://option.example"];
    assert_eq!(api(&setup, &option, Some("https://variable.example")), "https://option.example");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_configuration_is_named_and_never_passed_over() {
    let setup = Setup::new().await;
    for (content, problem) in [
        ("[cloud]\napi_url = https://SECRET", "not valid TOML (line 2)"),
        ("cloud = 7", "a `cloud` that is not a table"),
        ("[cloud]\napi_url = 7", "an `api_url` that is not a string"),
    ] {
        let file = setup.write(".config/hm/config.toml", content);
        for arguments in [&["login"][..], &["token"], &["status"], &["logout"]] {
            let output = setup.command(arguments).env_remove("HM_API_URL").output().unwrap();
            assert_code(&output, if arguments == ["status"] { 3 } else { 1 });
            let text = stderr(&output);
            assert!(text.contains(file.to_str().unwrap()) && text.contains(problem), "{text}");
            assert!(!text.contains("SECRET"), "{text}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_web_app_of_another_api_gets_no_nonce() {
    let setup = Setup::new().await;
    // Nobody approves, so the address is all that is read.
    let mut command = setup.command(["login", "--no-browser", "--api", setup.server.url()]);
    command
        .env("HM_API_URL", "not a URL")
        .env("HM_APP_URL", "https://app.example.com")
        .stdin(std::process::Stdio::null());
    let mut tool = command.stderr(std::process::Stdio::piped()).spawn().unwrap();
    let lines = std::io::BufRead::lines(std::io::BufReader::new(tool.stderr.take().unwrap()));
    let url = lines.map(Result::unwrap).find(|line| line.contains("/cli-login?")).unwrap();
    tool.kill().unwrap();
    tool.wait().unwrap();
    assert!(url.starts_with(setup.server.url()), "{url}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_with_a_password_is_refused_and_not_shown() {
    let setup = Setup::new().await;
    for arguments in [&["status"][..], &["status", "--json"], &["token"], &["logout"], &["login"]] {
        let output =
            setup.command(arguments).env("HM_API_URL", "https://me:SECRET@api.example.com").output().unwrap();
        let text = format!("{}{}", stderr(&output), stdout(&output));
        assert!(text.contains("HM_API_URL") && !text.contains("SECRET"), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_address_names_where_it_comes_from() {
    let setup = Setup::new().await;
    let output = setup.run(&["login", "--api", "http://api.example.com"]);
    assert_code(&output, 1);
    assert!(stderr(&output).contains("The API address from --api can't be used"), "{}", stderr(&output));
    setup.write(".config/hm/config.toml", "[cloud]\napi_url = \"ftp://x\"");
    let output = setup.command(["login"]).env_remove("HM_API_URL").output().unwrap();
    assert!(stderr(&output).contains("config.toml ([cloud] api_url) can't be used"), "{}", stderr(&output));
}
