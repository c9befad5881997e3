"""Run in Odoo's shell after the demo company: its salespeople can log in.

The loader gives nobody a password. On a developer's machine, where the server listens to
this machine only, a salesperson's password is the login.
"""

env.cr.execute(  # noqa: F821 - the shell gives `env`
    "SELECT id FROM res_users WHERE active AND NOT share AND password IS NULL AND id != 1"
)
for user in env["res.users"].browse(row[0] for row in env.cr.fetchall()):  # noqa: F821
    user.password = user.login
env.cr.commit()  # noqa: F821
