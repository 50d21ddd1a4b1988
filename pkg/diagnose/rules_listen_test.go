package diagnose_test

import (
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/thrashkit/thrashkit/pkg/diagnose"
)

func command(words ...string) story {
	return with(func(c *corev1.Container, _ *corev1.PodSpec) { c.Command = words })
}

// A name on which a program is to listen is a part of its own settings, one to which it connects is not.
func TestUnresolvedNames(t *testing.T) {
	const gone = "could not translate host name \"orders-primary\" to address: Name or service not known\n"
	for _, c := range []struct {
		name  string
		log   string
		story story
		want  diagnose.Category
	}{
		{"an argument", gone, command("postgres", "-c", "listen_addresses=orders-primary"), diagnose.AppConfig},
		{"an argument of its own", gone, command("web", "--bind-address", "orders-primary"), diagnose.AppConfig},
		{"a variable", gone, env("BIND_ADDRESS", "orders-primary"), diagnose.AppConfig},
		{
			"a file", gone, configMap("conf", "/etc/web", time.Hour, map[string]string{"web.conf": "user web\nlisten orders-primary:80\n"}),
			diagnose.AppConfig,
		},
		{"a host to connect to", gone, command("web", "--host", "orders-primary"), diagnose.Dependency},
		{"credentials of LDAP", gone, env("LDAP_BIND_PASSWORD", "orders-primary"), diagnose.Dependency},
		{"an address to connect to", gone, env("LISTEN_NOTES_URL", "http://orders-primary/"), diagnose.Dependency},
		{
			"both", gone,
			configMap("conf", "/etc/web", time.Hour, map[string]string{"web.conf": "listen orders-primary:80\nreplicaof orders-primary 6379\n"}),
			diagnose.Dependency,
		},
		{"no setting", gone, func(*world) {}, diagnose.Dependency},
	} {
		t.Run(c.name, func(t *testing.T) {
			item := crash(t, 1, c.log, c.story)
			if item.Cause.Category != c.want {
				t.Errorf("%s: %s", item.Cause.Category, facts(item))
			}
			if listens := strings.Contains(item.Cause.Summary, "is to listen on orders-primary"); listens != (c.want == diagnose.AppConfig) {
				t.Errorf("summary: %s", item.Cause.Summary)
			}
		})
	}
}

// A socket on which a program is to listen is its own as well.
func TestOwnSockets(t *testing.T) {
	const gone = "[ERROR] Can't connect to /run/web/web.sock\n"
	item := crash(t, 1, gone, command("gunicorn", "-b", "unix:/run/web/web.sock", "shop.wsgi:app"))
	got := facts(item)
	if item.Cause.Category != diagnose.AppConfig || !strings.Contains(got, "cannot listen on its socket /run/web/web.sock") {
		t.Errorf("own: %s: %s", item.Cause.Category, got)
	}
	item = crash(t, 1, gone, command("worker", "--upstream", "unix:/run/web/web.sock"))
	if got := facts(item); item.Cause.Category != diagnose.Dependency {
		t.Errorf("of another: %s: %s", item.Cause.Category, got)
	}
}

// A path that is only mentioned beside the reason is not what the reason is about.
func TestPathsBesideTheReason(t *testing.T) {
	const port = "getaddrinfo error: [Servname not supported for ai_socktype]\n"
	flows := command("web", "-l", "/data/flows", "-p", "flows")
	got := facts(crash(t, 1, "Add flow source: ident: none, flowdir: /data/flows\n"+port, flows))
	if strings.Contains(got, "once /data/flows is corrected") || !strings.Contains(got, "the port in the settings") {
		t.Errorf("port: %s", got)
	}
	got = facts(crash(t, 2, "Traceback (most recent call last):\n  File \"/srv/app.py\", line 3, in <module>\n    run()\n"+
		"ValueError: invalid literal for int() with base 10: 'http'\n", command("python3", "/srv/app.py", "--port=http")))
	if strings.Contains(got, "/srv/app.py is corrected") || !strings.Contains(got, "argument --port=http is corrected") {
		t.Errorf("script: %s", got)
	}
	got = facts(crash(t, 1, "/usr/lib/psych.rb:455:in `parse': (<unknown>): mapping values are not allowed in this context\n"+
		"\tfrom /usr/lib/psych.rb:400:in `load'\n\tfrom /srv/bin/rails:3:in `<main>'\n", command("ruby", "/srv/bin/rails")))
	if strings.Contains(got, "/srv/bin/rails is corrected") {
		t.Errorf("frame: %s", got)
	}
	got = facts(crash(t, 1, "cannot parse /etc/web/limits.ini:\ninvalid value for maxsize: plenty\n",
		command("web", "--file=/etc/web/limits.ini")))
	if !strings.Contains(got, "/etc/web/limits.ini is corrected") {
		t.Errorf("complaint: %s", got)
	}
	got = facts(crash(t, 1, "tornado.options.Error: Unrecognized command line option: 'prot'\n", command("web", "--prot=8888")))
	if !strings.Contains(got, "--prot=8888 is corrected") {
		t.Errorf("option: %s", got)
	}
}

// Who refuses what it is asked answers: it is no Service without endpoints.
func TestAnswersAreOfWhoAnswers(t *testing.T) {
	const missing = "ERROR: discovery of the issuer: unexpected status \"404\": {\"error\":\"Not Found\"}\n"
	settings := env("ISSUER_URL", "http://idp:8080/realms/shop", "UPSTREAM_URL", "http://shop:8080")
	item := crash(t, 1, missing, settings, service("idp", 8080, 1))
	if got := facts(item); item.Cause.Category != diagnose.Dependency || strings.Contains(got, "Service shop") {
		t.Errorf("answer: %s: %s", item.Cause.Category, got)
	}
	item = crash(t, 1, "ERROR: connect: connection refused\n", settings, service("idp", 8080, 1))
	if got := facts(item); !strings.Contains(got, "shop") {
		t.Errorf("no answer: %s", got)
	}
}

// A directory of a path names no module, though it is called like one.
func TestDirectoriesNameNoModule(t *testing.T) {
	const missing = "importlib.metadata.PackageNotFoundError: No package metadata was found for archive\n"
	conf := configMap("conf", "/etc/archive", time.Hour, map[string]string{"app.ini": "[app:main]\nuse = egg:archive\n"})
	got := facts(crash(t, 1, missing, command("serve", "/etc/archive/app.ini"), conf))
	if strings.Contains(got, "command line names archive") || !strings.Contains(got, "/etc/archive/app.ini names archive") {
		t.Errorf("file: %s", got)
	}
	got = facts(crash(t, 1, missing, command("serve", "archive.wsgi")))
	if !strings.Contains(got, "command line names archive") {
		t.Errorf("argument: %s", got)
	}
}

// An address is in use, and not the variable that names it.
func TestAddressesOfVariables(t *testing.T) {
	const taken = "ERROR: transport error 202: bind failed on dt_socket: Address already in use\n"
	got := facts(crash(t, 2, taken, env("JAVA_OPTS", "-agentlib:jdwp=transport=dt_socket,address=*:5005")))
	if !strings.Contains(got, "an address that JAVA_OPTS names is in use already") {
		t.Errorf("variable: %s", got)
	}
	if got := facts(crash(t, 2, taken)); !strings.Contains(got, "an address that it listens on is in use already") {
		t.Errorf("nothing: %s", got)
	}
}

// TestSocketsOfDatabases checks that a program which asks for a database at the socket that clients take without a host is
// misconfigured if nothing can be behind it, and not if a volume or another container can hold it.
func TestSocketsOfDatabases(t *testing.T) {
	const log = "ERROR 2002 (HY000): Can't connect to local MySQL server through socket '/run/mysqld/mysqld.sock' (2)\n"
	volume := with(func(c *corev1.Container, s *corev1.PodSpec) {
		c.VolumeMounts = []corev1.VolumeMount{{Name: "run", MountPath: "/run/mysqld"}}
		s.Volumes = []corev1.Volume{{Name: "run", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}}
	})
	beside := with(func(_ *corev1.Container, s *corev1.PodSpec) {
		s.Containers = append(s.Containers, corev1.Container{Name: "db", Image: "mariadb:11"})
	})
	for name, c := range map[string]struct {
		stories []story
		want    diagnose.Category
	}{
		"nothing behind it": {nil, diagnose.AppConfig},
		"a volume":          {[]story{volume}, diagnose.Dependency},
		"another container": {[]story{beside}, diagnose.Dependency},
	} {
		if got := crash(t, 1, log, c.stories...).Cause; got.Category != c.want {
			t.Errorf("%s: %s: %s", name, got.Category, got.Summary)
		}
	}
}

// TestWeakSignsOfOthers checks that a dependency is blamed with low confidence if the log does not name it, or if the program
// complained of something else after it.
func TestWeakSignsOfOthers(t *testing.T) {
	settings := []story{service("orders-db", 5432, 1), env("DATABASE_URL", "postgres://orders-db:5432/app")}
	for log, want := range map[string]diagnose.Confidence{
		"FATAL unknown queue: orders\n":                                               diagnose.Low,
		"FATAL no such queue: orders\n":                                               diagnose.Medium,
		"ERROR dial tcp 192.0.2.1:4317: connect: connection refused\n":                diagnose.Medium,
		"ERROR dial tcp 192.0.2.1:4317: connect: connection refused\nERROR odd leg\n": diagnose.Low,
	} {
		if got := crash(t, 1, log, settings...).Cause; got.Confidence != want {
			t.Errorf("%q: %s, %s: %s", log, got.Category, got.Confidence, got.Summary)
		}
	}
}
