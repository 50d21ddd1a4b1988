package redact

// commandRow is a way in which a program takes a credential on its command line.
type commandRow struct {
	programs string // names, parted by blanks
	// form is the words that matter: _ is the credential, * is any word. -p_ is
	// an option with the credential attached, u:_ a user before it.
	form    string
	example string // the credential is between ‹ and ›
	unlike  string // what has to stay
	source  string
}

// commandTable has options that do not say by their name that they take a
// credential; those that do, such as --password, need no row.
var commandTable = []commandRow{
	{
		"mysql mysqladmin mysqldump mysqlcheck mysqlimport mysqlshow mysqlsh mariadb mariadb-admin mariadb-dump",
		"-p_",
		"mysql -uroot -p‹x1› db",
		"mysql -u root -p -h db",
		"man 1 mysql",
	},
	{"redis-cli keydb-cli valkey-cli", "-a _", "redis-cli -a ‹x1› ping", "redis-cli -p 6379 ping", "redis.io/docs/latest/develop/tools/cli"},
	{
		"mongo mongosh mongodump mongorestore mongoexport mongoimport mongostat mongotop",
		"-p _",
		"mongosh -u root -p ‹x1›",
		"mongosh -u root --port 1",
		"mongodb.com/docs/mongodb-shell/reference/options",
	},
	{"curl", "-u u:_", "curl -u bob:‹x1› https://h", "curl -u $USER:$PASS https://h", "man 1 curl"},
	{"curl", "--user u:_", "curl --user bob:‹x1› https://h", "curl --user-agent a:b https://h", "man 1 curl"},
	{"curl", "-U u:_", "curl -U bob:‹x1› https://h", "curl -o u:x https://h", "man 1 curl"},
	{"curl", "--proxy-user u:_", "curl --proxy-user bob:‹x1› https://h", "curl --proxy p:3128 https://h", "man 1 curl"},
	{"curl", "--oauth2-bearer _", "curl --oauth2-bearer ‹x1› https://h", "curl --output x https://h", "man 1 curl"},
	{"curl", "-b n=_", "curl -b session=‹x1› https://h", "curl -b cookies.txt https://h", "man 1 curl"},
	{"curl", "--cookie n=_", "curl --cookie session=‹x1› https://h", "curl --cookie-jar x=y https://h", "man 1 curl"},
	{"http https", "-a u:_", "http -a bob:‹x1› https://h", "http -A basic https://h", "httpie.io/docs/cli/basic-auth"},
	{"sshpass", "-p _", "sshpass -p ‹x1› ssh h", "sshpass -f file ssh h", "man 1 sshpass"},
	{"sshpass", "-p_", "sshpass -p‹x1› ssh h", "sshpass -e ssh -p2222 h", "man 1 sshpass"},
	{
		"docker podman nerdctl buildah oras crane helm oc az regctl",
		"login -p _",
		"docker login -u bob -p ‹x1› r",
		"docker run -p 80:80 r",
		"docs.docker.com/reference/cli/docker/login",
	},
	{
		"docker podman nerdctl buildah oras crane helm oc az regctl",
		"login -p_",
		"docker login -u bob -p‹x1› r",
		"docker run -p80:80 r",
		"docs.docker.com/reference/cli/docker/login",
	},
	{
		"skopeo podman buildah",
		"--src-creds u:_",
		"skopeo copy --src-creds bob:‹x1› a b",
		"skopeo copy --src-tls-verify a:b c",
		"man 1 skopeo-copy",
	},
	{
		"skopeo podman buildah",
		"--dest-creds u:_",
		"skopeo copy --dest-creds bob:‹x1› a b",
		"skopeo copy --dest-shared-blob-dir a:b c",
		"man 1 skopeo-copy",
	},
	{"skopeo podman buildah", "--creds u:_", "podman pull --creds bob:‹x1› r", "podman pull --cert-dir a:b r", "man 1 podman-pull"},
	{
		"ldapsearch ldapmodify ldapadd ldapdelete ldapwhoami ldappasswd ldapcompare ldapmodrdn",
		"-w _",
		"ldapsearch -D x -w ‹x1›",
		"ldapsearch -W -D x -b y",
		"man 1 ldapsearch",
	},
	{"mc", "alias set * * * _", "mc alias set s http://m k ‹x1›", "mc alias list s", "min.io/docs: mc alias set"},
	{"mc", "config host add * * * _", "mc config host add s http://m k ‹x1›", "mc config host list", "min.io/docs: mc alias set"},
	{"mc", "admin user add * * _", "mc admin user add s bob ‹x1›", "mc admin user list s bob", "min.io/docs: mc admin user add"},
	{
		"aws",
		"configure set aws_secret_access_key _",
		"aws configure set aws_secret_access_key ‹x1›",
		"aws configure set region eu-west-1",
		"docs.aws.amazon.com/cli/latest/reference/configure/set.html",
	},
	{
		"aws",
		"configure set aws_session_token _",
		"aws configure set aws_session_token ‹x1›",
		"aws configure set output json",
		"docs.aws.amazon.com/cli/latest/reference/configure/set.html",
	},
	{"htpasswd", "-b … _", "htpasswd -bc file bob ‹x1›", "htpasswd -c file bob", "man 1 htpasswd"},
	{"rabbitmqctl", "add_user * _", "rabbitmqctl add_user bob ‹x1›", "rabbitmqctl delete_user bob now", "man 8 rabbitmqctl"},
	{"rabbitmqctl", "change_password * _", "rabbitmqctl change_password bob ‹x1›", "rabbitmqctl set_user_tags bob admin", "man 8 rabbitmqctl"},
	{"rabbitmqctl", "authenticate_user * _", "rabbitmqctl authenticate_user bob ‹x1›", "rabbitmqctl list_users bob x", "man 8 rabbitmqctl"},
	{
		"rabbitmqadmin",
		"-p _",
		"rabbitmqadmin -u bob -p ‹x1› list queues",
		"rabbitmqadmin -P 15672 list queues",
		"rabbitmq.com/docs/management-cli",
	},
	{"sqlcmd bcp tsql", "-P _", "sqlcmd -U sa -P ‹x1›", "sqlcmd -S db -p 1", "learn.microsoft.com/sql/tools/sqlcmd"},
	{"sqlplus", "u/_", "sqlplus -s system/‹x1›@//db", "sqlplus -s /nolog", "docs.oracle.com: SQL*Plus"},
	{"cqlsh couchbase-cli cbbackupmgr beeline", "-p _", "cqlsh -u c -p ‹x1› db", "cqlsh db 9042", "cassandra.apache.org/doc/latest: cqlsh"},
	{"openssl", "pass:_", "openssl rsa -passin pass:‹x1›", "openssl rsa -passin file:x", "man 1 openssl-passphrase-options"},
	{"openssl", "enc -k _", "openssl enc -d -k ‹x1›", "openssl s_client -k x", "man 1 openssl-enc"},
	{"openssl", "enc -K _", "openssl enc -d -K ‹x1›", "openssl s_client -K x", "man 1 openssl-enc"},
	{"vault bao", "login _", "vault login ‹x1›", "vault login -method=oidc", "developer.hashicorp.com/vault/docs/commands/login"},
	{
		"vault bao",
		"unseal _",
		"vault operator unseal ‹x1›",
		"vault operator init",
		"developer.hashicorp.com/vault/docs/commands/operator/unseal",
	},
	{"vault bao", "unwrap _", "vault unwrap ‹x1›", "vault status x", "developer.hashicorp.com/vault/docs/commands/unwrap"},
	{
		"consul nomad serf",
		"-encrypt _",
		"consul agent -encrypt ‹x1›",
		"consul agent -encrypt-verify-outgoing true",
		"developer.hashicorp.com/consul/docs/agent/config/cli-flags",
	},
	{"ngrok", "authtoken _", "ngrok authtoken ‹x1›", "ngrok http 80", "ngrok.com/docs/agent/cli"},
	{"ngrok", "add-authtoken _", "ngrok config add-authtoken ‹x1›", "ngrok config check x", "ngrok.com/docs/agent/cli"},
	{"smbclient net rpcclient", "-U u%_", "smbclient //h/s -U bob%‹x1›", "smbclient //h/s -U bob", "man 1 smbclient"},
	{"lftp", "-u u,_", "lftp -u bob,‹x1› h", "lftp -p 21 h", "man 1 lftp"},
	{"snmpwalk snmpget snmpset snmpbulkwalk snmptrap", "-A _", "snmpwalk -v3 -A ‹x1› h", "snmpwalk -v3 -a SHA h", "man 1 snmpcmd"},
	{"snmpwalk snmpget snmpset snmpbulkwalk snmptrap", "-X _", "snmpwalk -v3 -X ‹x1› h", "snmpwalk -v3 -x AES h", "man 1 snmpcmd"},
	{"snmpwalk snmpget snmpset snmpbulkwalk snmptrap", "-c _", "snmpwalk -v2c -c ‹x1› h", "snmpwalk -v 2c h", "man 1 snmpcmd"},
	{"etcdctl", "--user u:_", "etcdctl --user root:‹x1› get /", "etcdctl --endpoints a:2379 get /", "etcd.io/docs: authentication"},
	{"cargo", "login _", "cargo login ‹x1›", "cargo publish x", "doc.rust-lang.org/cargo/commands/cargo-login.html"},
	{"twine", "-p _", "twine upload -u u -p ‹x1› d", "twine check d", "twine.readthedocs.io"},
	{
		"mosquitto_pub mosquitto_sub mosquitto_rr",
		"-P _",
		"mosquitto_pub -u u -P ‹x1›",
		"mosquitto_pub -p 1883",
		"mosquitto.org/man/mosquitto_pub-1.html",
	},
	{
		"kubectl oc",
		"--from-literal n=_",
		"kubectl create secret generic x --from-literal a=‹x1›",
		"kubectl create secret generic x --from-file a=b",
		"kubernetes.io/docs/reference/kubectl",
	},
	{"zip", "-P _", "zip -P ‹x1› a.zip b", "zip -r a.zip b", "man 1 zip"},
	{"7z 7za 7zr", "-p_", "7z x -p‹x1› a.7z", "7z x a.7z", "7-zip.org"},
	{"ipmitool", "-P _", "ipmitool -U u -P ‹x1› power status", "ipmitool -p 623 power status", "man 1 ipmitool"},
	{"xfreerdp", "/p:_", "xfreerdp /u:u /p:‹x1› /v:h", "xfreerdp /port:3389 /v:h", "man 1 xfreerdp"},
	{"rclone", "obscure _", "rclone obscure ‹x1›", "rclone ls x", "rclone.org/commands/rclone_obscure"},
	{"useradd usermod", "-p _", "useradd -p ‹x1› bob", "useradd -m bob", "man 8 useradd"},
	{"echo printf", "u:_ | chpasswd", "echo root:‹x1› | chpasswd", "echo root:x | wc", "man 8 chpasswd"},
	{"echo printf", "_ | passwd --stdin", "echo ‹x1› | passwd --stdin root", "echo x | passwd -S", "man 1 passwd"},
	{
		"echo printf",
		"_ | docker login --password-stdin",
		"echo ‹x1› | docker login --password-stdin",
		"echo x | docker load",
		"docs.docker.com/reference/cli/docker/login",
	},
}

// directiveTable has words of configuration files after which a credential
// stands, whatever it looks like.
var directiveTable = []struct{ word, example, unlike, source string }{
	{"requirepass", "requirepass ‹x›", "requirepass ${PASS}", "redis.io/docs/latest/operate/oss_and_stack/management/config"},
	{"masterauth", "masterauth ‹x›", "masterauth ${PASS}", "redis.io/docs/latest/operate/oss_and_stack/management/config"},
	{"auth-pass", "sentinel auth-pass * ‹x›", "sentinel auth-user m x", "redis.io/docs/latest/operate/oss_and_stack/management/sentinel"},
	{"bindpw", "bindpw ‹x›", "bindpw_file x", "man 5 ldap.conf"},
	{"rootpw", "rootpw ‹x›", "rootdn x", "man 5 slapd.conf"},
	{"rocommunity", "rocommunity ‹x›", "rouser x", "man 5 snmpd.conf"},
	{"rwcommunity", "rwcommunity ‹x›", "rwuser x", "man 5 snmpd.conf"},
	{"insecure-password", "user bob insecure-password ‹x›", "user bob groups x", "docs.haproxy.org: userlist"},
	{"secure_link_secret", "secure_link_secret ‹x›;", "secure_link $arg_md5;", "nginx.org/en/docs/http/ngx_http_secure_link_module.html"},
	{"AUTH", "AUTH ‹x›", "ERR AUTH <password> called", "redis.io/docs/latest/commands/auth"},
	{"authtoken", "authtoken ‹x›", "authtoken expired", "ngrok.com/docs/agent/config"},
	{"by", "identified by '‹x›'", "order by x", "dev.mysql.com/doc/refman: CREATE USER"},
	{"BY", "IDENTIFIED BY '‹x›'", "ORDER BY x", "dev.mysql.com/doc/refman: CREATE USER"},
}
