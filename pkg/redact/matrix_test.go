package redact_test

import (
	"strings"
	"testing"

	"github.com/thrashkit/thrashkit/pkg/redact"
)

// matrixNames are the ways in which settings and fields spell the name of a credential.
var matrixNames = []string{
	"password", "Password", "PASSWORD", "passwd", "pwd",
	"dbPassword", "DbPassword", "db_password", "db-password", "DB_PASSWORD", "db.password", "dbpassword", "DBPassword",
	"spring.datasource.password", "APP_DB_PASSWORD_2", "dbPassword1", "old_password", "passwordHash", "rootPasswordOld",
	"token", "accessToken", "access_token", "ACCESS_TOKEN", "auth-token", "authToken", "GITHUB_TOKEN", "tokenValue",
	"clientSecret", "client_secret", "CLIENT_SECRET", "client-secret", "ClientSecret", "JWT_SECRET", "appSecret",
	"apiKey", "api_key", "API_KEY", "api-key", "apikey", "ApiKey", "x-api-key", "X-API-Key", "stripeApiKey",
	"secretKey", "SECRET_KEY", "secretAccessKey", "AWS_SECRET_ACCESS_KEY", "privateKey", "private_key", "encryptionKey", "ENCRYPTION_KEY",
	"passphrase", "keystorePassword", "ssl.keystore.password", "smtpPass", "DB_PASS", "credentials.password",
}

// matrixValues are credentials of every kind that people and programs make. None has a quote, so that
// each can stand in every form.
var matrixValues = map[string]string{
	"letters and digits": "hunter2024",
	"word":               "correcthorse",
	"random":             "hQ7x93kfLm2pWz4TbR6nVc8s",
	"hexadecimal":        "9f71c52d839b5cd527645e42b5134f8b9d0e7a61",
	"base64":             "q1N+zK3/Qb8dXw0rT5uYvA==",
	"UUID":               "7d44be0f-8f8b-4f7c-9d36-1f6b4a2e9c10",
	"signs":              "P@ss!w0rd%4^x",
	"signs in front":     "!xK9#mQ2*zL",
	"digits":             "4829173650",
	"parts":              "tr0ub4dor-and_3.horses",
	"long":               strings.Repeat("aZ3kQ9x7", 30),
}

// looseForms are forms in which a word or a number can be anything: only values that have letters
// and digits are promised there.
var looseForms = map[string]bool{"Python pairs": true, "redis-cli": true, "vault kv get": true}

// matrixForms are the forms in which programs, languages and files write a setting, by what prints it.
var matrixForms = []struct{ name, form string }{
	{"shell", "NAME=VALUE"},
	{"shell, quoted", `NAME="VALUE"`},
	{"shell, single quotes", `NAME='VALUE'`},
	{"export", `export NAME="VALUE"`},
	{"set -x", `+ NAME=VALUE`},
	{"set -x, quoted", `++ export 'NAME=VALUE'`},
	{"declare -p", `declare -x NAME="VALUE"`},
	{"dump of the environment", "HOME=/root\nNAME=VALUE\nPATH=/usr/bin"},
	{"environment of docker inspect", `"Env": ["HOME=/root", "NAME=VALUE", "PATH=/usr/bin"]`},
	{"systemd", `Environment="NAME=VALUE"`},
	{"Dockerfile", "ENV NAME=VALUE"},
	{"PowerShell", `$env:NAME = "VALUE"`},
	{"cmd", "set NAME=VALUE"},
	{"properties", "a.b=1\nNAME=VALUE\nc=2"},
	{"INI", "[db]\nNAME = VALUE"},
	{"TOML", `NAME = "VALUE"`},
	{"YAML", "host: db\nNAME: VALUE\nport: 5432"},
	{"YAML, quoted", `NAME: "VALUE"`},
	{"YAML, single quotes", `  NAME: 'VALUE'`},
	{"YAML, folded", "host: db\nNAME: >-\n  VALUE\nport: 1"},
	{"YAML, literal", "NAME: |\n    VALUE\nport: 1"},
	{"YAML, flow", "db: {host: db, NAME: VALUE, port: 5432}"},
	{"JSON", `{"host":"db","NAME":"VALUE","port":5432}`},
	{"JSON, indented", "{\n  \"NAME\": \"VALUE\",\n  \"port\": 5432\n}"},
	{"JSON in JSON", `{"msg":"config: {\"host\":\"db\",\"NAME\":\"VALUE\",\"port\":1}"}`},
	{"JSON in JSON in JSON", `{"a":"{\"b\":\"{\\\"NAME\\\":\\\"VALUE\\\"}\"}"}`},
	{"name and value", `{"name":"NAME","value":"VALUE"}`},
	{"HCL", "  NAME = \"VALUE\"\n  port = 1"},
	{"diff of Terraform", `  + NAME = "VALUE"`},
	{"diff", "-NAME: VALUE"},
	{"XML", "<NAME>VALUE</NAME>"},
	{"XML property", `<property name="NAME" value="VALUE"/>`},
	{"Go %+v", "{Host:db NAME:VALUE Port:5432}"},
	{"Go %+v at the end", "&{Host:db Port:5432 NAME:VALUE}"},
	{"Go %#v", `config.DB{Host:"db", NAME:"VALUE", Port:5432}`},
	{"Go map", "map[host:db NAME:VALUE port:5432]"},
	{"Go map %#v", `map[string]string{"host":"db", "NAME":"VALUE"}`},
	{"Python dict", "{'host': 'db', 'NAME': 'VALUE', 'port': 5432}"},
	{"Python dataclass", "Config(host='db', NAME='VALUE', port=5432)"},
	{"Python bytes", "{'NAME': b'VALUE'}"},
	{"Java toString", "Config{host='db', NAME='VALUE', port=5432}"},
	{"Java record", "Config[host=db, NAME=VALUE, port=5432]"},
	{"Java map", "{host=db, NAME=VALUE, port=5432}"},
	{"Lombok", "Config(host=db, NAME=VALUE, port=5432)"},
	{"C# record", "Config { Host = db, NAME = VALUE, Port = 5432 }"},
	{"Ruby hash", `{:host=>"db", :NAME=>"VALUE", :port=>5432}`},
	{"Ruby hash of strings", `{"host"=>"db", "NAME"=>"VALUE"}`},
	{"Ruby 3.4 hash", `{host: "db", NAME: "VALUE", port: 5432}`},
	{"Ruby object", `#<Config:0x00007f @host="db", @NAME="VALUE", @port=5432>`},
	{"PHP var_export", "array (\n  'NAME' => 'VALUE',\n)"},
	{"PHP print_r", "Array\n(\n    [NAME] => VALUE\n)"},
	{"PHP var_dump", "array(1) {\n  [\"NAME\"]=>\n  string(6) \"VALUE\"\n}"},
	{"Rust", `Config { host: "db", NAME: "VALUE", port: 5432 }`},
	{"Rust, option", `Config { NAME: Some("VALUE"), port: 5432 }`},
	{"Elixir", `%{host: "db", NAME: "VALUE"}`},
	{"Elixir, keywords", `[host: "db", NAME: "VALUE"]`},
	{"Node", "{ host: 'db', NAME: 'VALUE', port: 5432 }"},
	{"Clojure", `{:host "db", :NAME "VALUE", :port 5432}`},
	{"logfmt", `level=info msg="loaded config" NAME=VALUE port=5432`},
	{"logfmt, quoted", `level=info NAME="VALUE" port=5432`},
	{"zap", `2026-11-30T09:00:00Z	INFO	app/main.go:12	loaded	{"NAME": "VALUE"}`},
	{"log line", "2026-11-30 09:00:00,123 DEBUG [main] c.e.App - NAME=VALUE"},
	{"log line, colon", "09:00:00 [debug] NAME: VALUE"},
	{"log line, list", "config: host=db, NAME=VALUE, port=5432"},
	{"option", "app --NAME VALUE --port 80"},
	{"option, equals sign", "app --NAME=VALUE --port 80"},
	{"option in JSON", `["app","--NAME","VALUE"]`},
	{"property of Java", "java -DNAME=VALUE -jar app.jar"},
	{"helm", "helm install x --set NAME=VALUE,port=1"},
	{"assignment of Go", `NAME := "VALUE"`},
	{"assignment of PHP", `$NAME = 'VALUE';`},
	{"assignment of JavaScript", `const NAME = "VALUE";`},
	{"setting of npm", "NAME=VALUE\n"},
	{"table", "| NAME | VALUE |"},
	{"tab", "NAME\tVALUE"},
	{"header", "> NAME: VALUE"},
	{"query", "GET /login?user=bob&NAME=VALUE&x=1 HTTP/1.1"},
	{"form", "user=bob&NAME=VALUE"},
	{"XML attribute", `<Server host="db" NAME="VALUE"/>`},
	{"list of one", `NAME: ["VALUE"]`},
	{"in brackets", "connecting (host=db, NAME=VALUE)"},
	{"HTML of JSON", `{&quot;NAME&quot;:&quot;VALUE&quot;}`},
	{"escapes of JSON", `\u0022NAME\u0022:\u0022VALUE\u0022`},
	{"colours of logrus", "\x1b[36mINFO\x1b[0m loaded \x1b[36mNAME\x1b[0m=VALUE"},
	{"colours of zerolog", "\x1b[32mINF\x1b[0m loaded \x1b[36mNAME=\x1b[0mVALUE"},
	{"klog", `I1130 09:00:00.000000       1 main.go:12] "Loaded" host="db" NAME="VALUE"`},
	{"flags of klog", `I1130 09:00:00.000000       1 flags.go:64] FLAG: --NAME="VALUE"`},
	{"padded", "  NAME                : VALUE"},
	{"docker run", "docker run -e NAME=VALUE image"},
	{"env", "env NAME=VALUE app --port 80"},
	{"environment of a pod", "- name: NAME\n  value: VALUE"},
	{"environment of a pod, quoted", "- name: NAME\n  value: \"VALUE\"\n- name: HOST"},
	{"kubectl describe", "    Environment:\n      HOST:  db\n      NAME:  VALUE\n      PORT:  1"},
	{"go-spew", `  NAME: (string) (len=10) "VALUE",`},
	{"Rust, pretty", "Config {\n    NAME: \"VALUE\",\n}"},
	{"Swift", `Config(host: "db", NAME: "VALUE")`},
	{"Swift, optional", `Config(NAME: Optional("VALUE"))`},
	{"Java optional", `Config[NAME=Optional[VALUE], port=1]`},
	{"Scala map", `Map(host -> db, NAME -> VALUE)`},
	{"Haskell", `Config {host = "db", NAME = "VALUE"}`},
	{"OCaml", `{ host = "db"; NAME = "VALUE" }`},
	{"Erlang map", `#{host => "db", NAME => <<"VALUE">>}`},
	{"Erlang tuple", `{NAME,"VALUE"}`},
	{"protobuf", `host: "db" NAME: "VALUE" port: 1`},
	{"argparse", `Namespace(host='db', NAME='VALUE')`},
	{"Python environ", `environ({'HOME': '/root', 'NAME': 'VALUE'})`},
	{"Python pairs", `[('host', 'db'), ('NAME', 'VALUE')]`},
	{"array of a shell", `declare -A cfg=([NAME]="VALUE" )`},
	{"fish", "set -gx NAME VALUE"},
	{"csh", "setenv NAME VALUE"},
	{"setx", `setx NAME "VALUE"`},
	{"Dockerfile, blank", "ENV NAME VALUE"},
	{"Apache", "SetEnv NAME VALUE"},
	{"make", "NAME ?= VALUE"},
	{"supervisord", `environment=HOME="/root",NAME="VALUE"`},
	{"CloudFormation", `ParameterKey=NAME,ParameterValue=VALUE`},
	{"settings of Azure", `{"name": "NAME", "slotSetting": false, "value": "VALUE"}`},
	{"redis-cli", "1) \"NAME\"\n2) \"VALUE\""},
	{"psql", "NAME | VALUE"},
	{"mysql", "*** 1. row ***\n    NAME: VALUE\n    port: 1"},
	{"vault kv get", "====== Data ======\nKey         Value\n---         -----\nNAME    VALUE"},
	{"ConfigMap of kubectl describe", "Data\n====\nNAME:\n----\nVALUE\n\nhost:"},
	{"Lua", `{ host = "db", ["NAME"] = "VALUE" }`},
	{"Perl", `$VAR1 = { 'NAME' => 'VALUE', 'host' => 'db' };`},
	{"R", `NAME <- "VALUE"`},
	{"C#", `var NAME = @"VALUE";`},
	{"Kotlin", `val NAME: String = "VALUE"`},
	{"TypeScript", `const NAME: string = 'VALUE';`},
	{"Go const", `const NAME string = "VALUE"`},
	{"Rust const", `const NAME: &str = "VALUE";`},
	{"Java", `private static final String NAME = "VALUE";`},
	{"C", `char NAME[] = "VALUE";`},
	{"define of C", `#define NAME "VALUE"`},
	{"define of PHP", `define('NAME', 'VALUE');`},
	{"Python default", `os.environ.get("NAME", "VALUE")`},
	{"Python setdefault", `os.environ["NAME"] = "VALUE"`},
	{"JavaScript default", `process.env.NAME || "VALUE"`},
	{"shell default", `${NAME:-VALUE}`},
	{"Ruby fetch", `ENV.fetch("NAME", "VALUE")`},
	{"spring default", `"${NAME:VALUE}"`},
}

// Every form hides every kind of credential under every spelling of a name.
func TestTextOfMatrix(t *testing.T) {
	for _, f := range matrixForms {
		for _, name := range matrixNames {
			for kind, value := range matrixValues {
				if looseForms[f.name] && (kind == "word" || kind == "digits") {
					continue
				}
				text := strings.NewReplacer("NAME", name, "VALUE", value).Replace(f.form)
				if shown, _ := redact.Text(text); strings.Contains(shown, value) {
					t.Errorf("%s, %s, %s: %q is shown as %q", f.name, name, kind, text, shown)
				}
			}
		}
	}
}

// matrixAddresses are the forms in which drivers, clients and traces write a credential without a name.
var matrixAddresses = []struct{ name, form string }{
	{"PostgreSQL", "postgres://app:VALUE@db:5432/shop?sslmode=disable"},
	{"PostgreSQL in an error", `failed to connect to "postgresql://app:VALUE@db.prod.svc:5432/shop": timeout`},
	{"MySQL for Go", "app:VALUE@tcp(db:3306)/shop?parseTime=true"},
	{"MySQL, SQLAlchemy", "Engine(mysql+pymysql://app:VALUE@db:3306/shop)"},
	{"MongoDB", "mongodb+srv://app:VALUE@cluster0.example.net/?retryWrites=true"},
	{"MongoDB, several hosts", "mongodb://app:VALUE@db-0:27017,db-1:27017/shop"},
	{"Redis", "redis://:VALUE@redis:6379/0"},
	{"Redis with a user", "rediss://default:VALUE@redis:6379"},
	{"AMQP", "dial amqp://app:VALUE@rabbit:5672/vhost: refused"},
	{"NATS", "nats://app:VALUE@nats:4222"},
	{"Kafka", "http://app:VALUE@schema-registry:8081"},
	{"git", "fatal: unable to access 'https://bot:VALUE@git.example.org/a/b.git/'"},
	{"proxy", "HTTPS_PROXY=http://app:VALUE@proxy:3128"},
	{"pip", "Looking in indexes: https://bot:VALUE@pypi.example.org/simple"},
	{"FTP", "ftp://app:VALUE@files/x"},
	{"SMTP", "smtp://app:VALUE@mail:587"},
	{"JDBC", "jdbc:postgresql://db/shop?user=app&password=VALUE"},
	{"JDBC of SQL Server", "jdbc:sqlserver://db:1433;databaseName=shop;user=sa;password=VALUE;encrypt=true"},
	{"JDBC of Oracle", "jdbc:oracle:thin:app/VALUE@//db:1521/XE"},
	{"ADO.NET", "Server=db;Database=shop;User Id=sa;Password=VALUE;Encrypt=true"},
	{"ODBC", "Driver={ODBC Driver 18};Server=db;Uid=sa;Pwd=VALUE;"},
	{"libpq", "host=db port=5432 user=app password=VALUE dbname=shop"},
	{"libpq, quoted", "host=db user=app password='VALUE' dbname=shop"},
	{"StackExchange.Redis", "redis:6379,password=VALUE,ssl=True,abortConnect=False"},
	{"curl -v", "> GET / HTTP/1.1\n> Host: api\n> Authorization: Bearer VALUE\n> Accept: */*"},
	{"curl -v of HTTP/2", "* [HTTP/2] [1] [authorization: Bearer VALUE]"},
	{"dump of a request in Go", `map[Accept:[*/*] Authorization:[Bearer VALUE]]`},
	{"dump of headers in Python", `{'Accept': '*/*', 'Authorization': 'Bearer VALUE'}`},
	{"dump of headers in Node", `headers: { accept: '*/*', authorization: 'Bearer VALUE' }`},
	{"headers of klog", `"Request" headers={"Authorization":"Bearer VALUE"}`},
	{"curl command", `curl -H "Authorization: Bearer VALUE" https://api`},
	{"curl -u", "curl -u app:VALUE https://api"},
	{"wget", "wget --http-user=app --http-password=VALUE https://api"},
	{"mysql client", "mysql -uapp -pVALUE shop"},
	{"sshpass", "sshpass -p VALUE ssh host"},
	{"redis-cli -a", "redis-cli -h redis -a VALUE ping"},
	{"docker login", "docker login -u app -p VALUE registry"},
	{"SQL", "ALTER USER app WITH PASSWORD 'VALUE'"},
	{"SQL of MySQL", "CREATE USER 'app'@'%' IDENTIFIED BY 'VALUE'"},
	{"netrc", "machine api login app password VALUE"},
	{"npmrc", "//registry.npmjs.org/:_authToken=VALUE"},
	{"pgpass", "db:5432:shop:app:VALUE"},
}

// Every address and trace hides every kind of credential that needs no escape there.
func TestTextOfAddresses(t *testing.T) {
	for _, f := range matrixAddresses {
		for kind, value := range matrixValues {
			if strings.ContainsAny(value, "@/%!#^=") {
				continue
			}
			text := strings.ReplaceAll(f.form, "VALUE", value)
			if shown, _ := redact.Text(text); strings.Contains(shown, value) {
				t.Errorf("%s, %s: %q is shown as %q", f.name, kind, text, shown)
			}
		}
	}
}
